import { scaleLinear } from 'd3-scale';
import { formatSize } from '@millwright/toolkit/core';
import { percentText } from '../format.js';
import type { Unit } from './chart.js';

/** Shares of 0 to 1. */
export const share: Unit = { text: percentText, ticks: () => [0, 0.25, 0.5, 0.75, 1] };

/** Sizes, with round numbers of the binary unit in which they are shown. */
export const size: Unit = {
  text: (value) => (value === undefined ? '–' : formatSize(value)),
  ticks: (largest) => {
    const unit = 1024 ** Math.max(0, Math.floor(Math.log2(Math.max(1, largest)) / 10));
    const least = unit === 1 ? 1 : 0;
    const step = Math.max(least, scaleLinear([0, Math.max(largest / unit, 1)], [0, 1]).ticks(4)[1] ?? 1);
    const count = Math.max(1, Math.ceil(largest / unit / step));
    return Array.from({ length: count + 1 }, (_, index) => index * step * unit);
  },
};
