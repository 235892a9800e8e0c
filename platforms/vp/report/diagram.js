// SPDX-License-Identifier: MIT
// The platform's block diagram: modules in columns, from those who ask (CPUs) over routers to those who answer.
'use strict';

const WIDE = { width: 190, height: 40, gap: 12, across: 110, name: 25, type: 30 }; // the last two: letters
const NARROW = { width: 132, height: 40, gap: 10, across: 44, name: 17, type: 20 };
let BOX = WIDE;

class Diagram {
    constructor(platform, narrow) {
        BOX = narrow ? NARROW : WIDE;
        this.modules = new Map(platform.modules.map((each) => [each.name, { ...each, column: null }]));
        this.wires = this.group(platform.bindings);
        this.placeColumns();
        this.placeRows();
    }

    // Several bindings of a kind between the same two modules are one wire.
    group(bindings) {
        const wires = new Map();
        for (const each of bindings) {
            const key = `${each.kind} ${each.from} ${each.to}`;
            if (!wires.has(key)) wires.set(key, { kind: each.kind, from: each.from, to: each.to, ends: [] });
            wires.get(key).ends.push(each);
        }
        return [...wires.values()].filter((wire) => this.modules.has(wire.from) && this.modules.has(wire.to));
    }

    // As many steps from those whom no transaction reaches; what hangs on a byte stream or a line comes after.
    placeColumns() {
        const tlm = this.wires.filter((wire) => wire.kind === 'tlm');
        const asked = new Set(tlm.map((wire) => wire.to));
        for (const wire of tlm) {
            if (!asked.has(wire.from)) this.modules.get(wire.from).column = 0;
        }
        this.spread(tlm, false);
        this.spread(this.wires.filter((wire) => wire.kind === 'stream'), true);
        this.spread(this.wires.filter((wire) => wire.kind === 'signal'), true);
        const placed = [...this.modules.values()].filter((module) => module.column !== null);
        this.columns = [];
        for (const module of placed) (this.columns[module.column] ||= []).push(module);
        this.columns = this.columns.filter(Boolean);
        this.columns.forEach((column, i) => column.forEach((module) => { module.column = i; }));
        this.rest = [...this.modules.values()].filter((module) => module.column === null);
    }

    spread(wires, bothWays) {
        for (let moved = true; moved;) { // ends: a module is placed once
            moved = false;
            for (const wire of wires) {
                const from = this.modules.get(wire.from), to = this.modules.get(wire.to);
                if (from.column !== null && to.column === null) {
                    to.column = from.column + 1;
                    moved = true;
                } else if (bothWays && to.column !== null && from.column === null) {
                    from.column = to.column + 1;
                    moved = true;
                }
            }
        }
    }

    addressOf(module) {
        const placed = this.wires.filter((wire) => wire.kind === 'tlm' && wire.to === module.name).flatMap((wire) => wire.ends)
            .filter((end) => end.address !== undefined);
        return placed.length ? placed.reduce((a, b) => (BigInt(b.address) < BigInt(a.address) ? b : a)) : null;
    }

    placeRows() {
        const step = BOX.height + BOX.gap;
        const tallest = Math.max(1, ...this.columns.map((column) => column.length));
        this.height = tallest * step + BOX.gap;
        this.width = this.columns.length * (BOX.width + BOX.across) - BOX.across + 40;
        for (const column of this.columns) {
            for (const module of column) module.window = this.addressOf(module);
            column.sort((a, b) => Number(BigInt(a.window ? a.window.address : 0) - BigInt(b.window ? b.window.address : 0)) ||
                a.name.localeCompare(b.name, undefined, { numeric: true }));
            const room = this.height / column.length;
            column.forEach((module, i) => {
                module.x = 20 + module.column * (BOX.width + BOX.across);
                // A router is drawn as long as what it connects.
                module.tall = column.length === 1 && this.columns.length > 1 && /router/i.test(module.type) ? this.height - 2 * BOX.gap : BOX.height;
                module.y = i * room + (room - module.tall) / 2;
            });
        }
    }

    // Where a wire meets a module, seen from the other one.
    side(module, other, share) {
        const right = other.column > module.column;
        const y = module.tall > BOX.height ? Math.min(module.y + module.tall - 8, Math.max(module.y + 8, other.y + other.tall / 2)) : module.y + module.tall * share;
        return [right ? module.x + BOX.width : module.x, y, right ? 1 : -1];
    }

    path(wire) {
        const a = this.modules.get(wire.from), b = this.modules.get(wire.to);
        const share = { tlm: 0.5, signal: 0.8, stream: 0.5 }[wire.kind];
        if (a.column === b.column) {
            const x = a.x + BOX.width, bend = x + 36;
            return `M${x} ${a.y + a.tall * share}C${bend} ${a.y + a.tall * share} ${bend} ${b.y + b.tall * share} ${x} ${b.y + b.tall * share}`;
        }
        const [x1, y1, d1] = this.side(a, b, share), [x2, y2, d2] = this.side(b, a, share);
        const bend = Math.max(30, Math.abs(x2 - x1) / 2.2);
        return `M${x1} ${y1}C${x1 + d1 * bend} ${y1} ${x2 + d2 * bend} ${y2} ${x2} ${y2}`;
    }

    wireText(wire) {
        return wire.ends.map((end) => `${shortName(end.from)}.${end.from_port} → ${shortName(end.to)}.${end.to_port}`).join('\n');
    }

    moduleText(module) {
        const at = module.window ? `, at ${hex(module.window.address)}, ${formatBytes(module.window.size)}` : '';
        return `${shortName(module.name)}: ${module.type}${at}`;
    }

    draw() {
        const svg = element('svg', { viewBox: `0 0 ${this.width} ${this.height}`, width: this.width, height: this.height, role: 'group', 'aria-label': 'Block diagram of the platform' });
        svg.append(element('defs', {}, element('marker', { id: 'tip', viewBox: '0 0 8 8', refX: 7, refY: 4, markerWidth: 7, markerHeight: 7, orient: 'auto-start-reverse' },
            element('path', { d: 'M0 0L8 4L0 8z', fill: 'context-stroke' }))));
        const order = { signal: 0, stream: 1, tlm: 2 };
        for (const wire of [...this.wires].sort((a, b) => order[a.kind] - order[b.kind])) {
            const { column } = this.modules.get(wire.from);
            if (column === null || this.modules.get(wire.to).column === null) continue;
            wire.drawn = element('path', { d: this.path(wire), class: `wire ${wire.kind}`, ...(wire.kind === 'stream' ? {} : { 'marker-end': 'url(#tip)' }) });
            wire.drawn.append(element('title', {}, this.wireText(wire)));
            svg.append(wire.drawn);
        }
        for (const column of this.columns) for (const module of column) svg.append(this.drawModule(svg, module));
        return svg;
    }

    drawModule(svg, module) {
        const middle = module.y + module.tall / 2;
        const drawn = element('g', { class: `module ${module.kind}`, tabindex: 0, role: 'img', 'aria-label': this.moduleText(module) },
            element('title', {}, this.moduleText(module)),
            element('rect', { x: module.x, y: module.y, width: BOX.width, height: module.tall, rx: 5 }),
            element('text', { x: module.x + 8, y: middle - 3, class: 'name' }, clip(shortName(module.name), BOX.name)),
            element('text', { x: module.x + 8, y: middle + 13, class: 'soft' },
                clip(module.window && module.tall === BOX.height ? `${hex(module.window.address)} · ${module.type}` : module.type, BOX.type)));
        const light = (on) => {
            svg.classList.toggle('lit', on);
            for (const wire of this.wires) {
                if (wire.drawn) wire.drawn.classList.toggle('on', on && (wire.from === module.name || wire.to === module.name));
            }
        };
        for (const event of ['mouseenter', 'focus']) drawn.addEventListener(event, () => light(true));
        for (const event of ['mouseleave', 'blur']) drawn.addEventListener(event, () => light(false));
        return drawn;
    }
}

function clip(text, most) {
    return text.length > most ? `${text.slice(0, most - 1)}…` : text;
}

function hex(address) {
    return `0x${BigInt(address).toString(16)}`;
}

function formatBytes(size) {
    const units = [[2 ** 30, 'GiB'], [2 ** 20, 'MiB'], [2 ** 10, 'KiB']];
    const [unit, name] = units.find(([least]) => size >= least && size % least === 0) || [1, 'bytes'];
    return `${size / unit} ${name}`;
}
