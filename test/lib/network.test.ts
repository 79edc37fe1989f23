import { describe, expect, test } from 'vitest';
import { FUNCTION_IDS, resource, resources, templateOf } from './gateway.ts';
import { line } from './statements.ts';

const gateway = templateOf();
const threeZones = templateOf({ zones: 3 });
const machine = templateOf({ egress: 'nat-instance', zones: 2 });
const open = templateOf({ egress: 'none' });

describe('with NAT gateways', () => {
  test('the gateway leaves from an address of ours', () => {
    const nat = resource(gateway, 'AWS::EC2::NatGateway');
    const address = resource(gateway, 'AWS::EC2::EIP');
    expect(nat.Properties.AllocationId).toEqual({ 'Fn::GetAtt': [address.id, 'AllocationId'] });
  });

  test('the address survives its replacement and, in production, its stack', () => {
    expect(resource(gateway, 'AWS::EC2::EIP')).toMatchObject({
      UpdateReplacePolicy: 'Retain',
      DeletionPolicy: 'Retain',
    });
    expect(resource(templateOf({ production: false }), 'AWS::EC2::EIP')).toMatchObject({
      UpdateReplacePolicy: 'Retain',
      DeletionPolicy: 'Delete',
    });
  });

  test('each zone has a gateway and an address of its own', () => {
    const nats = resources(threeZones, 'AWS::EC2::NatGateway');
    expect(new Set(nats.map((nat) => line(nat.Properties.AllocationId))).size).toBe(3);
    expect(resources(threeZones, 'AWS::EC2::EIP')).toHaveLength(3);
  });

  test('zones are picked while deploying', () => {
    const zones = resources(threeZones, 'AWS::EC2::Subnet', /Private/).map(
      (each) => each.Properties.AvailabilityZone,
    );
    expect(zones).toEqual([0, 1, 2].map((index) => ({ 'Fn::Select': [index, { 'Fn::GetAZs': '' }] })));
  });

  test('DynamoDB and S3 are reached without the gateway', () => {
    const endpoints = resources(gateway, 'AWS::EC2::VPCEndpoint');
    expect(endpoints.map((each) => line(each.Properties.ServiceName)).sort()).toEqual([
      'com.amazonaws.<AWS::Region>.dynamodb',
      'com.amazonaws.<AWS::Region>.s3',
    ]);
    const [privateTable] = resources(gateway, 'AWS::EC2::RouteTable', /Private/);
    for (const endpoint of endpoints) {
      expect(endpoint.Properties.VpcEndpointType).toBe('Gateway');
      expect(endpoint.Properties.RouteTableIds).toContainEqual({ Ref: privateTable?.id });
    }
  });

  test('private subnets have no way out but the gateway', () => {
    const nat = resource(gateway, 'AWS::EC2::NatGateway');
    const route = resource(gateway, 'AWS::EC2::Route', /Private/);
    expect(route.Properties).toMatchObject({
      DestinationCidrBlock: '0.0.0.0/0',
      NatGatewayId: { Ref: nat.id },
    });
  });

  test.each(['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10'])(
    'private subnets have no way to %s',
    (range) => {
      const rules = resources(gateway, 'AWS::EC2::NetworkAclEntry').map((each) => each.Properties);
      const denied = rules.find((rule) => rule.CidrBlock === range);
      const allowed = rules.find((rule) => rule.Egress === true && rule.RuleAction === 'allow');
      expect(denied).toMatchObject({ Egress: true, RuleAction: 'deny', Protocol: -1 });
      expect(Number(denied?.RuleNumber)).toBeLessThan(Number(allowed?.RuleNumber));
    },
  );

  test('the rules are those of the private subnets and of no others', () => {
    const subnets = resources(threeZones, 'AWS::EC2::SubnetNetworkAclAssociation').map((each) =>
      line(each.Properties.SubnetId),
    );
    expect(subnets).toHaveLength(3);
    expect(subnets.every((subnet) => subnet.includes('Private'))).toBe(true);
  });

  test('what the network refuses is logged', () => {
    expect(resource(gateway, 'AWS::EC2::FlowLog').Properties.TrafficType).toBe('REJECT');
  });
});

describe('the delivery function', () => {
  test('is in the private subnets, and no other function is in a VPC', () => {
    const privateSubnets = resources(threeZones, 'AWS::EC2::Subnet', /Private/);
    const inVpc = resources(threeZones, 'AWS::Lambda::Function').filter((each) => each.Properties.VpcConfig);
    expect(inVpc.map((each) => each.id)).toEqual([expect.stringMatching(FUNCTION_IDS.deliver!)]);
    expect(inVpc[0]?.Properties.VpcConfig).toMatchObject({
      SubnetIds: privateSubnets.map(({ id }) => ({ Ref: id })),
    });
  });

  test('lets nobody in and goes out over TCP', () => {
    const group = resource(gateway, 'AWS::EC2::SecurityGroup');
    expect(group.Properties.SecurityGroupIngress).toBeUndefined();
    expect(group.Properties.SecurityGroupEgress).toMatchObject([
      { CidrIp: '0.0.0.0/0', IpProtocol: 'tcp', FromPort: 0, ToPort: 65_535 },
    ]);
  });

  test('goes to the ports of the setting only, and always to 443 for our own calls', () => {
    const group = resource(templateOf({ egressPorts: [8443] }), 'AWS::EC2::SecurityGroup');
    expect(group.Properties.SecurityGroupEgress).toMatchObject([
      { FromPort: 443, ToPort: 443 },
      { FromPort: 8443, ToPort: 8443 },
    ]);
  });

  test('is outside any VPC without egress of ours', () => {
    expect(resources(open, 'AWS::EC2::VPC')).toEqual([]);
    expect(resources(open, 'AWS::EC2::EIP')).toEqual([]);
    const deliver = resource(open, 'AWS::Lambda::Function', FUNCTION_IDS.deliver);
    expect(deliver.Properties.VpcConfig).toBeUndefined();
  });
});

describe('with NAT machines', () => {
  const machines = resources(machine, 'AWS::EC2::Instance');

  test('each machine has one of our addresses', () => {
    const bound = resources(machine, 'AWS::EC2::EIPAssociation').map(({ Properties }) => [
      Properties.InstanceId,
      Properties.AllocationId,
    ]);
    const addresses = resources(machine, 'AWS::EC2::EIP');
    expect(bound).toEqual(
      machines.map(({ id }, zone) => [{ Ref: id }, { 'Fn::GetAtt': [addresses[zone]?.id, 'AllocationId'] }]),
    );
    expect(machines).toHaveLength(2);
    expect(resources(machine, 'AWS::EC2::NatGateway')).toEqual([]);
  });

  test('they pass on what is not for them, small and on ARM', () => {
    for (const { Properties } of machines) {
      expect(Properties).toMatchObject({ SourceDestCheck: false, InstanceType: 't4g.nano' });
    }
  });

  test('they are encrypted and give their role to no plain request', () => {
    for (const { Properties } of machines) {
      expect(Properties.BlockDeviceMappings).toMatchObject([{ Ebs: { Encrypted: true } }]);
      expect(Properties.MetadataOptions).toEqual({ HttpTokens: 'required' });
    }
  });

  test('only our VPC may talk to them', () => {
    const group = resource(machine, 'AWS::EC2::SecurityGroup', /Nat/);
    expect(group.Properties.SecurityGroupIngress).toMatchObject([
      { CidrIp: '10.0.0.0/16', IpProtocol: '-1' },
    ]);
  });

  test('their image is a public parameter, read while deploying', () => {
    const types = Object.values(machine.toJSON().Parameters).map((each) => (each as { Type: string }).Type);
    expect(types).toContain('AWS::SSM::Parameter::Value<AWS::EC2::Image::Id>');
  });

  test('addresses are the same resources as with gateways', () => {
    const ids = (template: typeof machine) => resources(template, 'AWS::EC2::EIP').map(({ id }) => id);
    expect(ids(machine)).toEqual(ids(templateOf({ zones: 2 })));
  });
});

describe('the fixed addresses', () => {
  test('are told to the API and in the outputs', () => {
    const { id } = resource(gateway, 'AWS::EC2::EIP');
    const address = { 'Fn::GetAtt': [id, 'PublicIp'] };
    const api = resource(gateway, 'AWS::Lambda::Function', FUNCTION_IDS.api);
    expect(api.Properties.Environment).toMatchObject({ Variables: { EGRESS_IPS: address } });
    gateway.hasOutput('EgressIps', { Value: address });
  });

  test('are none without a NAT', () => {
    const api = resource(open, 'AWS::Lambda::Function', FUNCTION_IDS.api);
    expect(api.Properties.Environment).toMatchObject({ Variables: { EGRESS_IPS: '' } });
    open.hasOutput('EgressIps', { Value: 'none' });
  });
});
