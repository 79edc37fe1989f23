/** Where deliveries leave from: a VPC of their own, whose only way out has addresses that stay ours. */
import { CfnDeletionPolicy, Fn, RemovalPolicy } from 'aws-cdk-lib';
import * as ec2 from 'aws-cdk-lib/aws-ec2';
import * as logs from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { ENV } from '../lambdas/contract/env.ts';
import type { FunctionNetwork, LambdaFunction } from './lambda-function.ts';
import { attach, natInstances } from './nat-instance.ts';
import { refusePrivateTargets } from './private-targets.ts';
import type { Settings } from './settings.ts';
import { keepInProduction } from './storage.ts';

/** Our own AWS calls leave the same way as deliveries. */
const HTTPS_PORT = 443;
const VPC_RANGE = '10.0.0.0/16';

export class Network extends Construct {
  /** Fixed addresses deliveries come from, comma-separated; empty without a NAT. */
  readonly egressIps: string;
  /** Where the delivery function goes; undefined means outside any VPC. */
  readonly forDeliveries: FunctionNetwork | undefined;

  constructor(scope: Construct, id: string, settings: Settings) {
    super(scope, id);
    if (settings.egress === 'none') {
      this.egressIps = '';
      this.forDeliveries = undefined;
      return;
    }
    const addresses = Array.from({ length: settings.zones }, (_, zone) => this.#address(zone, settings));
    this.egressIps = Fn.join(
      ',',
      addresses.map((address) => address.attrPublicIp),
    );
    const vpc = this.#vpc(settings, addresses);
    this.forDeliveries = {
      vpc,
      vpcSubnets: { subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS },
      securityGroups: [this.#securityGroup(vpc, settings)],
    };
  }

  /** The addresses to tell receivers, for whoever shows them. */
  provideEgressIps(fn: LambdaFunction): void {
    fn.provide({ [ENV.egressIps]: this.egressIps });
  }

  /** Receivers put these into their firewalls: they survive whatever replaces the NAT in front of them. */
  #address(zone: number, settings: Settings): ec2.CfnEIP {
    const address = new ec2.CfnEIP(this, `Address${zone + 1}`, { domain: 'vpc' });
    address.applyRemovalPolicy(keepInProduction(settings));
    address.cfnOptions.updateReplacePolicy = CfnDeletionPolicy.RETAIN;
    return address;
  }

  #vpc(settings: Settings, addresses: readonly ec2.CfnEIP[]): ec2.Vpc {
    const machines = settings.egress === 'nat-instance' ? natInstances() : undefined;
    const vpc = new ec2.Vpc(this, 'Vpc', {
      ipAddresses: ec2.IpAddresses.cidr(VPC_RANGE),
      maxAzs: settings.zones,
      natGateways: settings.zones,
      natGatewayProvider:
        machines ?? ec2.NatProvider.gateway({ eipAllocationIds: addresses.map((ip) => ip.attrAllocationId) }),
      subnetConfiguration: [
        { name: 'Public', subnetType: ec2.SubnetType.PUBLIC, cidrMask: 28, mapPublicIpOnLaunch: false },
        { name: 'Private', subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS, cidrMask: 20 },
      ],
      // Emptying it would take a function of CDK's own; nothing of ours is in the default group.
      restrictDefaultSecurityGroup: false,
      // Free, and they keep our own traffic off the NAT, which is paid by the gigabyte. No interface endpoints: their
      // private names resolve to addresses inside the VPC, a way in for a receiver's URL, and each costs by the hour.
      gatewayEndpoints: {
        DynamoDb: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB },
        S3: { service: ec2.GatewayVpcEndpointAwsService.S3 },
      },
    });
    if (machines !== undefined) attach(machines, VPC_RANGE, addresses);
    refusePrivateTargets(vpc);
    this.#logRejected(vpc, settings);
    return vpc;
  }

  /** Deliveries are recorded by us, with more than a flow log has; what was stopped on its way is not. */
  #logRejected(vpc: ec2.Vpc, settings: Settings): void {
    const log = new logs.LogGroup(this, 'RejectedTraffic', {
      retention: settings.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    vpc.addFlowLog('Rejected', {
      trafficType: ec2.FlowLogTrafficType.REJECT,
      destination: ec2.FlowLogDestination.toCloudWatchLogs(log),
    });
  }

  #securityGroup(vpc: ec2.Vpc, settings: Settings): ec2.SecurityGroup {
    const group = new ec2.SecurityGroup(this, 'Deliveries', {
      vpc,
      description: 'Deliveries to receivers: out over TCP, nothing in',
      allowAllOutbound: false,
    });
    for (const port of openPorts(settings)) group.addEgressRule(ec2.Peer.anyIpv4(), port, 'Receivers');
    return group;
  }
}

/** Names need no rule: the VPC's resolver is outside the reach of security groups. */
function openPorts({ egressPorts }: Settings): readonly ec2.Port[] {
  if (egressPorts === 'all') return [ec2.Port.allTcp()];
  return [...new Set([HTTPS_PORT, ...egressPorts])].map((port) => ec2.Port.tcp(port));
}
