// The yardstick of flash sales, for checkouts: the reply is of the size of an order.

import { SaleCheckoutBody } from '../../http/shapes/sale-shapes.ts';
import { serveBareRoute } from './bare-server.ts';

serveBareRoute({ path: '/v1/sales/:sale/checkout', body: SaleCheckoutBody, status: 202 });
