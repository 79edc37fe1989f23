#!/bin/sh
# Makes the certificates of the tests of SNS and PayPal again. They are committed, so that the tests need no openssl.
# One key, which protects nothing; the valid certificate is from 2020 to 2120.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -r "$work"' EXIT
cd "$work"

touch index.txt
cat >ca.cnf <<END
[ca]
default_ca = sender
[sender]
database = index.txt
new_certs_dir = .
rand_serial = yes
unique_subject = no
default_md = sha256
policy = any
[any]
commonName = supplied
END

openssl genrsa -out "$here/key.pem" 2048 2>/dev/null
openssl req -new -key "$here/key.pem" -subj '/CN=Inbound test sender' -out sender.csr
self_signed() { # file, from, to
  openssl ca -batch -notext -selfsign -config ca.cnf -startdate "$2" -enddate "$3" \
    -in sender.csr -keyfile "$here/key.pem" -out "$here/$1.pem" 2>/dev/null
}
self_signed valid 20200101000000Z 21200101000000Z
self_signed expired 20200101000000Z 20210101000000Z
