/** NAT on a small machine of ours: a tenth of a NAT gateway's price, without its availability. */
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { acknowledge } from './acknowledge.ts';

/**
 * The machine gets its fixed address only after it started, so whatever needs the internet is tried until it works.
 * The rest is what the VPC guide says makes a Linux machine a NAT.
 */
const SET_UP = [
  'until dnf install -y iptables-services; do sleep 5; done',
  'echo net.ipv4.ip_forward=1 > /etc/sysctl.d/90-nat.conf',
  'sysctl --system',
  'systemctl enable --now iptables',
  'iptables -F FORWARD',
  'iptables -t nat -A POSTROUTING -o "$(ip -o -4 route show default | awk \'{print $5; exit}\')" -j MASQUERADE',
  'service iptables save',
];

/** A NAT provider for the VPC; give its machines their addresses with `attach` once the VPC is there. */
export function natInstances(): ec2.NatInstanceProviderV2 {
  return ec2.NatProvider.instanceV2({
    instanceType: ec2.InstanceType.of(ec2.InstanceClass.T4G, ec2.InstanceSize.NANO),
    // Read from a public parameter while deploying: synthesis looks nothing up.
    machineImage: ec2.MachineImage.latestAmazonLinux2023({ cpuType: ec2.AmazonLinuxCpuType.ARM_64 }),
    defaultAllowedTraffic: ec2.NatTrafficDirection.OUTBOUND_ONLY,
    userData: ec2.UserData.custom(['#!/bin/bash', ...SET_UP].join('\n')),
  });
}

/** Binds the machines to our addresses and lets the VPC, and nobody else, talk to them. */
export function attach(
  nat: ec2.NatInstanceProviderV2,
  vpcRange: string,
  addresses: readonly ec2.CfnEIP[],
): void {
  nat.connections.allowFrom(ec2.Peer.ipv4(vpcRange), ec2.Port.allTraffic(), 'Deliveries on their way out');
  nat.gatewayInstances.forEach((machine, zone) => {
    const address = addresses[zone];
    if (address === undefined) throw new Error(`NAT machine ${zone + 1} has no address`);
    new ec2.CfnEIPAssociation(machine, 'Address', {
      allocationId: address.attrAllocationId,
      instanceId: machine.instanceId,
    });
    harden(machine);
  });
}

function harden(machine: ec2.Instance): void {
  const instance = machine.node.defaultChild as ec2.CfnInstance;
  instance.blockDeviceMappings = [{ deviceName: '/dev/xvda', ebs: { encrypted: true } }];
  instance.metadataOptions = { httpTokens: 'required' };
  acknowledge(machine, 'AwsSolutions-EC28', 'Metrics by the minute would cost half as much as the machine.');
  acknowledge(
    machine,
    'AwsSolutions-EC29',
    'The machine holds nothing: its address is a resource of its own, and a new machine takes over.',
  );
}
