#!/bin/sh
# Makes the certificates of the wire tests again. They are committed, so that the tests need no openssl.
# One key serves them all; it protects nothing. All but one are valid from 2020 to 2120.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cd "$work"
from=20200101000000Z
to=21200101000000Z

touch index.txt
cat >ca.cnf <<END
[ca]
default_ca = wire
[wire]
database = index.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
copy_extensions = copy
[any]
commonName = supplied
[authority]
basicConstraints = critical, CA:TRUE
subjectKeyIdentifier = hash
[receiver]
basicConstraints = critical, CA:FALSE
END

sign() { # file, subject, extensions, from, to, signer...
  file=$1 subject=$2 extensions=$3 start=$4 end=$5
  shift 5
  openssl ca -batch -notext -config ca.cnf -extensions "$extensions" -startdate "$start" -enddate "$end" \
    -in "$file.csr" -out "$here/$file.pem" -keyfile "$here/key.pem" "$@" 2>/dev/null
  echo "$file: $subject"
}
receiver() { # file, names, from, to, signer...
  file=$1 names=$2 start=$3 end=$4
  shift 4
  openssl req -new -key "$here/key.pem" -subj "/CN=$file" -addext "subjectAltName=$names" -out "$file.csr"
  sign "$file" "$names" receiver "$start" "$end" "$@"
}

openssl ecparam -name prime256v1 -genkey -noout -out "$here/key.pem"
openssl req -new -key "$here/key.pem" -subj '/CN=Wire test authority' -out authority.csr
sign authority 'the authority' authority "$from" "$to" -selfsign
receiver valid 'DNS:hooks.example.com,IP:127.0.0.1' "$from" "$to" -cert "$here/authority.pem"
receiver name-only 'DNS:hooks.example.com' "$from" "$to" -cert "$here/authority.pem"
receiver wrong-name 'DNS:other.example.com' "$from" "$to" -cert "$here/authority.pem"
receiver expired 'DNS:hooks.example.com' "$from" 20210101000000Z -cert "$here/authority.pem"
receiver self-signed 'DNS:hooks.example.com' "$from" "$to" -selfsign
