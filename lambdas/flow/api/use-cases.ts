/** Every route of the api function and the use case behind it: the map of this folder. */
import type { KeyedRouteName, OpenRouteName } from '../../contract/api/routes.ts';
import { ok } from '../../domain/result.ts';
import type { OpenUseCase, UseCase } from '../../ports/use-case.ts';
import { type CreateEndpointDeps, createEndpointUseCase } from './create-endpoint.ts';
import { type DeliveriesDeps, deliveryUseCases } from './deliveries.ts';
import { type EndpointActionsDeps, endpointActionUseCases } from './endpoint-actions.ts';
import { type EndpointsDeps, endpointUseCases } from './endpoints.ts';
import { type EventsDeps, eventUseCases } from './events.ts';
import { type GatewayHealthDeps, gatewayHealthUseCase } from './gateway-health.ts';
import { type ListenDeps, listenUseCase } from './listen.ts';
import { type ListenReportDeps, listenReportUseCase } from './listen-report.ts';
import { type RequestsDeps, requestUseCases } from './requests.ts';
import { type ResendUseCaseDeps, resendUseCases } from './resend.ts';
import { type RotateSecretDeps, rotateSecretUseCase } from './rotate-secret.ts';
import { type SourcesDeps, sourceUseCases } from './sources.ts';
import { type SubscriptionsDeps, subscriptionUseCases } from './subscriptions.ts';
import { type TestEndpointDeps, testEndpointUseCase } from './test-endpoint.ts';
import { type TestFilterDeps, testFilterUseCase } from './test-filter.ts';
import { type TestTransformationDeps, testTransformationUseCase } from './test-transformation.ts';

export type ApiDeps = CreateEndpointDeps &
  EndpointsDeps &
  EndpointActionsDeps &
  RotateSecretDeps &
  TestEndpointDeps &
  SubscriptionsDeps &
  SourcesDeps &
  TestFilterDeps &
  TestTransformationDeps &
  EventsDeps &
  DeliveriesDeps &
  ResendUseCaseDeps &
  ListenDeps &
  ListenReportDeps &
  RequestsDeps & {
    /** Where deliveries come from; none when egress has no fixed address. */
    readonly egressIps: readonly string[];
  };

export function apiUseCases(deps: ApiDeps): Readonly<Record<KeyedRouteName, UseCase>> {
  return {
    ...eventUseCases(deps),
    createEndpoint: createEndpointUseCase(deps),
    ...endpointUseCases(deps),
    ...endpointActionUseCases(deps),
    rotateSecret: rotateSecretUseCase(deps),
    testEndpoint: testEndpointUseCase(deps),
    ...subscriptionUseCases(deps),
    ...sourceUseCases(deps),
    testFilter: testFilterUseCase(deps),
    testTransformation: testTransformationUseCase(deps),
    ...deliveryUseCases(deps),
    ...resendUseCases(deps),
    listen: listenUseCase(deps),
    reportDelivery: listenReportUseCase(deps),
    ...requestUseCases(deps),
    getEgressIps: async () => ok({ status: 200, body: { data: deps.egressIps } }),
  };
}

/** `document`: the OpenAPI document, made from the schemas when the code was built. */
export function openUseCases(
  document: object,
  gateway: GatewayHealthDeps,
): Readonly<Record<OpenRouteName, OpenUseCase>> {
  return {
    getHealth: gatewayHealthUseCase(gateway),
    getOpenApi: async () => ({ status: 200, body: document }),
  };
}
