// Opens a selling node for the command line. A store that was used in the other mode is a failure in
// one sentence.

import { OtherMode } from '../quota/other-mode.ts';
import { type NodeOptions, SellingNode } from '../quota/selling-node.ts';
import { CommandFailure } from './failure.ts';

export async function openNode(options: NodeOptions): Promise<SellingNode> {
  try {
    return await SellingNode.open(options);
  } catch (error) {
    if (error instanceof OtherMode) throw new CommandFailure(error.message);
    throw error;
  }
}
