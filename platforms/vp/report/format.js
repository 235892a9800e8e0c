// SPDX-License-Identifier: MIT
// Numbers as people read them.
'use strict';

const AXES = { ps: 1, ns: 1000 }; // how many ps a unit of each axis has

// 1234567 ps: "1.235 us"; `digits` after the point.
function formatPs(ps, digits = 3) {
    const units = [[1e12, 's'], [1e9, 'ms'], [1e6, 'µs'], [1e3, 'ns'], [1, 'ps']];
    const [size, unit] = units.find(([least]) => Math.abs(ps) >= least) || units[4];
    return `${trim(ps / size, unit === 'ps' ? 0 : digits)} ${unit}`;
}

function trim(value, digits) {
    return value.toFixed(digits).replace(/\.?0+$/, (end) => (end.startsWith('.') ? '' : digits > 0 && value.toFixed(digits).includes('.') ? '' : end));
}

// With thin spaces between groups of three.
function formatCount(value) {
    return Math.round(value).toString().replace(/\B(?=(\d{3})+$)/g, ' ');
}

function formatShare(part, whole) {
    return whole > 0 ? `${(100 * part / whole).toFixed(1)} %` : '–';
}

// The least 1, 2 or 5 times a power of ten that is not below `least`.
function roundStep(least) {
    const power = 10 ** Math.floor(Math.log10(least));
    return [1, 2, 5, 10].map((n) => n * power).find((n) => n >= least * (1 - 1e-9));
}

// All modules are below "platform": their names need not say so.
function shortName(name) {
    return name.replace(/^platform\./, '');
}

function element(tag, attributes = {}, ...children) {
    const svg = ['svg', 'g', 'rect', 'path', 'text', 'title', 'line', 'marker', 'defs'].includes(tag);
    const made = svg ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
    made.append(...children);
    return made;
}
