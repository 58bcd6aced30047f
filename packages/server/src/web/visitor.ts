import type { Principal } from '../identity/tokens.js';

/** Somebody who logged in. */
export interface Visitor {
  readonly principal: Principal;
  /** What each form of the session carries. */
  readonly formKey: string;
  /** Whether the holder is an administrator, and this server has the module `administration`. */
  readonly mayAdminister: boolean;
}
