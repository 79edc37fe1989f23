/**
 * A second lock on the door the address guard keeps: a delivery that got past it still can't reach a private address.
 * Loopback and link-local are out of a network's reach and stay the guard's alone.
 */
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import { acknowledge } from './acknowledge.ts';

const PRIVATE_RANGES = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'];

/** Denies the way out of the private subnets to private addresses. What goes through the NAT keeps its public target. */
export function refusePrivateTargets(vpc: ec2.Vpc): void {
  const rules = new ec2.NetworkAcl(vpc, 'NoPrivateTargets', {
    vpc,
    subnetSelection: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
  });
  const everything = { traffic: ec2.AclTraffic.allTraffic(), ruleAction: ec2.Action.ALLOW };
  PRIVATE_RANGES.forEach((range, index) => {
    rules.addEntry(`Deny${index + 1}`, {
      ruleNumber: 100 + index,
      direction: ec2.TrafficDirection.EGRESS,
      cidr: ec2.AclCidr.ipv4(range),
      traffic: ec2.AclTraffic.allTraffic(),
      ruleAction: ec2.Action.DENY,
    });
  });
  const anywhere = { ...everything, cidr: ec2.AclCidr.anyIpv4(), ruleNumber: 200 };
  rules.addEntry('AllowOut', { ...anywhere, direction: ec2.TrafficDirection.EGRESS });
  // Answers. Who may start a conversation is the security group's to say, and it lets nobody.
  rules.addEntry('AllowIn', { ...anywhere, direction: ec2.TrafficDirection.INGRESS });
  acknowledge(
    rules,
    'AwsSolutions-VPC3',
    'Security groups can only allow, so this is the one place of a VPC where addresses can be denied.',
  );
}
