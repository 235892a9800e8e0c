// SPDX-License-Identifier: MIT
// Tables, histograms and curves.
'use strict';

// `columns`: [head, cell(row)]; the first is the row's name.
function fillTable(table, caption, columns, rows) {
    const head = element('tr', {}, ...columns.map(([text]) => element('th', { scope: 'col' }, text)));
    const body = rows.map((row) => element('tr', {}, ...columns.map(([, cell], i) => (
        i === 0 ? element('th', { scope: 'row' }, cell(row)) : element('td', {}, String(cell(row)))))));
    table.replaceChildren(element('caption', {}, caption), element('thead', {}, head), element('tbody', {}, ...body));
}

function figure(title, note, drawing) {
    return element('figure', {}, element('figcaption', {}, title, element('small', {}, note)), drawing);
}

const CHART = { width: 420, height: 170, left: 44, right: 8, top: 8, bottom: 30 };

function chart(label) {
    return element('svg', { viewBox: `0 0 ${CHART.width} ${CHART.height}`, role: 'img', 'aria-label': label, width: '100%' });
}

// A bar for each power of two between the least and the greatest that there is; heights are logarithmic, because
// the rare large ones are what one looks for.
function histogramChart(histogram, label) {
    const svg = chart(label);
    const { buckets } = histogram;
    if (buckets.length === 0) {
        svg.append(element('text', { x: CHART.width / 2, y: CHART.height / 2, 'text-anchor': 'middle', class: 'soft' }, 'none'));
        return svg;
    }
    const index = ([low]) => (low === 0 ? 0 : Math.round(Math.log2(low)) + 1);
    const zero = buckets[0][0] === 0;
    const positive = buckets.filter(([low]) => low > 0).map(index);
    const first = positive.length ? Math.min(...positive) : 1, last = positive.length ? Math.max(...positive) : 1;
    const slots = last - first + 1 + (zero ? 1 : 0);
    const width = Math.min(48, (CHART.width - CHART.left - CHART.right) / slots), floor = CHART.height - CHART.bottom;
    const most = Math.max(...buckets.map(([, count]) => count)), top = Math.log10(most) + 0.3;
    const height = (count) => (Math.log10(count) + 0.3) / top * (floor - CHART.top);
    for (let power = 0; 10 ** power <= most; power += Math.max(1, Math.ceil(Math.log10(most) / 4))) {
        const y = floor - height(10 ** power);
        svg.append(element('line', { x1: CHART.left, x2: CHART.width - CHART.right, y1: y, y2: y, class: 'grid' }),
            element('text', { x: CHART.left - 6, y: y + 4, 'text-anchor': 'end', class: 'soft' }, formatBig(10 ** power)));
    }
    for (const [low, count] of buckets) {
        const slot = low === 0 ? 0 : index([low]) - first + (zero ? 1 : 0);
        const bar = element('rect', { x: CHART.left + slot * width + 0.5, y: floor - height(count), width: Math.max(1, width - 1), height: height(count), class: 'bar' });
        bar.append(element('title', {}, `${low === 0 ? '0' : `${formatPs(low)} to ${formatPs(2 * low)}`}: ${formatCount(count)}`));
        svg.append(bar);
    }
    const every = Math.ceil(slots / 6);
    for (let slot = 0; slot < slots; slot += every) {
        const low = zero && slot === 0 ? 0 : 2 ** (first - 1 + slot - (zero ? 1 : 0));
        const x = CHART.left + slot * width;
        if (x > CHART.width - 45) break; // no room for it
        svg.append(element('text', { x, y: floor + 16, class: 'soft' }, low === 0 ? '0' : formatPs(low, 0)));
    }
    return svg;
}

function formatBig(value) {
    return value >= 1e9 ? `${value / 1e9} G` : value >= 1e6 ? `${value / 1e6} M` : value >= 1e3 ? `${value / 1e3} k` : String(value);
}

// `points`: [x, y]; x in ps.
function curveChart(points, label) {
    const svg = chart(label);
    const most = Math.max(...points.map(([, y]) => y)), step = roundStep((most || 1) / 4), floor = CHART.height - CHART.bottom;
    const start = points[0][0], length = points[points.length - 1][0] - start || 1, top = Math.ceil((most || 1) / step) * step;
    const x = (at) => CHART.left + (at - start) / length * (CHART.width - CHART.left - CHART.right);
    const y = (value) => floor - value / top * (floor - CHART.top);
    for (let value = 0; value <= top * (1 + 1e-9); value += step) {
        svg.append(element('line', { x1: CHART.left, x2: CHART.width - CHART.right, y1: y(value), y2: y(value), class: 'grid' }),
            element('text', { x: CHART.left - 6, y: y(value) + 4, 'text-anchor': 'end', class: 'soft' }, String(+value.toPrecision(6))));
    }
    const seconds = roundStep(length / 4);
    for (let at = Math.ceil(start / seconds) * seconds; at <= start + length; at += seconds) {
        svg.append(element('text', { x: x(at), y: floor + 16, class: 'soft', 'text-anchor': x(at) > CHART.width - 50 ? 'end' : 'middle' }, formatPs(at, 2)));
    }
    svg.append(element('path', { d: points.map(([at, value], i) => `${i ? 'L' : 'M'}${x(at).toFixed(1)} ${y(value).toFixed(1)}`).join(''), class: 'curve' }));
    return svg;
}

// What changes from sample to sample, over at least a hundredth of the run.
function rates(samples, value) {
    const points = [], length = samples.ns[samples.ns.length - 1] || 0;
    let last = 0;
    for (let i = 1; i < samples.ns.length; i++) {
        const ns = samples.ns[i] - samples.ns[last];
        if (ns > 0 && ns >= length / 100) {
            points.push([samples.ns[i] * 1000, value(i, last) / ns]);
            last = i;
        }
    }
    return points;
}
