/** Attestations: signed statements about provenance and SBOMs. Works without Nx. */
export { type AttestRequest, attestArtifacts, attestedRecords } from './attesting/attest.js';
export { provenanceStatement, sbomStatement } from './provenance/attested.js';
export type { Subject } from './provenance/statement.js';
export { attestationState } from './release/attestation-state.js';
