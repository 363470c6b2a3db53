// The yardstick of HTTP, for reservations.

import { ReserveBody } from '../../http/shapes/requests.ts';
import { serveBareRoute } from './bare-server.ts';

serveBareRoute({ path: '/v1/reservations', body: ReserveBody, status: 201 });
