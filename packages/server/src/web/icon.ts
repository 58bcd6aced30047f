/** A water wheel: the mill. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><g fill="none" stroke="#2f6f9f" stroke-width="3"><circle cx="16" cy="16" r="11"/><path d="M16 2v28M2 16h28M6 6l20 20M26 6L6 26"/></g></svg>`;
export const iconPath = '/web/icon.svg';
