import { gitVariables } from '@millwright/toolkit';

/** The names under which a scan notes that a source asks Git, before it is known about which repository. */
export const gitMarks = gitVariables('.');
