// SPDX-License-Identifier: MIT
// The timeline: one row for the token, each CPU, SystemC and the interrupt lines, on a canvas.
'use strict';

const STATE_COLOURS = ['running', 'waking', 'exclusive', 'idle', 'off', 'access', 'skew', 'window', 'deadline', 'frozen', 'turn'];
const SUM_COLOURS = ['running', 'idle', 'paused'];
const SYSTEMC_COLOURS = ['idle', 'running', 'frozen'];
const MIXED = -2;
const NOBODY = -1;

class Timeline {
    constructor(canvas, told) {
        this.canvas = canvas;
        this.told = told; // what is under the pointer, and what is shown
        this.axis = 'ps';
        this.rows = [];
        this.from = 0; // what is shown, in units of the axis
        this.until = 1;
        this.pointers = new Map();
        this.cursor = null;
        this.listen();
        new ResizeObserver(() => this.draw()).observe(canvas);
        matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => this.draw());
    }

    update(trace) {
        const everything = this.rows.length === 0 || this.showsAll();
        this.trace = trace;
        this.rows = [
            { name: 'token', kind: 'token', lane: trace.token.lane, height: 14 },
            ...trace.vcpus.map((cpu) => ({ name: shortName(cpu.name), kind: 'cpu', lane: cpu.lane, index: cpu.index, height: 30 })),
            { name: 'SystemC', kind: 'systemc', lane: trace.systemc.lane, height: 20 },
        ];
        if (trace.marks.ps.length > 0) this.rows.push({ name: 'interrupts', kind: 'marks', height: 16 });
        if (everything) this.fit();
        else this.show(this.from, this.until);
    }

    end() { return Math.max(1, this.trace ? this.trace.token.lane.end[this.axis] : 1); }
    showsAll() { return this.from <= 0 && this.until >= this.end() * (1 - 1e-9); }
    fit() { this.show(0, this.end()); }

    setAxis(axis) {
        // The same moments stay in view.
        const from = this.translate(this.from, axis), until = this.translate(this.until, axis);
        const all = this.showsAll();
        this.axis = axis;
        if (all) this.fit();
        else this.show(from, until);
    }

    // A time of this axis on the other one, by the CPUs' pieces.
    translate(at, axis) {
        const lane = this.longestLane();
        const i = this.pieceAt(lane, at);
        const here = this.bounds(lane, i), there = [lane[axis][i], i + 1 < lane[axis].length ? lane[axis][i + 1] : lane.end[axis]];
        const share = here[1] > here[0] ? (at - here[0]) / (here[1] - here[0]) : 0;
        return there[0] + Math.min(1, Math.max(0, share)) * (there[1] - there[0]);
    }

    longestLane() {
        return this.rows.filter((row) => row.lane).reduce((a, b) => (b.lane.ps.length > a.lane.ps.length ? b : a)).lane;
    }

    // What is shown; at least a ns or a ps, and not beyond the run.
    show(from, until) {
        const end = this.end(), least = Math.min(end, this.axis === 'ps' ? 1000 : 100);
        const width = Math.min(end, Math.max(least, until - from));
        this.from = Math.min(Math.max(0, from), end - width);
        this.until = this.from + width;
        this.draw();
        this.told.range(this.from, this.until, this.axis);
    }

    zoom(factor, at = (this.from + this.until) / 2) {
        this.show(at - (at - this.from) * factor, at + (this.until - at) * factor);
    }

    pan(share) {
        const by = share * (this.until - this.from);
        this.show(this.from + by, this.until + by);
    }

    // The hand-over after (1) or before (-1) the middle comes to the middle.
    step(direction) {
        const lane = this.trace.token.lane[this.axis];
        const middle = (this.from + this.until) / 2, least = (this.until - this.from) * 1e-6;
        const found = direction > 0 ? lane.find((at) => at > middle + least) : lane.findLast((at) => at < middle - least);
        if (found === undefined) return;
        const half = (this.until - this.from) / 2;
        this.show(found - half, found + half);
        this.cursor = found;
        this.tell();
    }

    // --- geometry

    get gutter() { return this.width < 600 ? 0 : 130; }
    get label() { return this.gutter ? 0 : 18; } // room above a row for its name
    x(at) { return this.gutter + (at - this.from) / (this.until - this.from) * (this.width - this.gutter); }
    at(x) { return this.from + (x - this.gutter) / (this.width - this.gutter) * (this.until - this.from); }

    layout() {
        let y = 24;
        for (const row of this.rows) {
            row.y = y + this.label;
            y = row.y + row.height + 6;
        }
        return y + 2;
    }

    bounds(lane, i) {
        const begins = lane[this.axis];
        return [begins[i], i + 1 < begins.length ? begins[i + 1] : lane.end[this.axis]];
    }

    // The last piece that begins at `at` or before.
    pieceAt(lane, at) {
        const begins = lane[this.axis];
        let low = 0, high = begins.length - 1;
        while (low < high) {
            const middle = (low + high + 1) >> 1;
            if (begins[middle] <= at) low = middle;
            else high = middle - 1;
        }
        return low;
    }

    // --- drawing

    draw() {
        const box = this.canvas.getBoundingClientRect(), ratio = window.devicePixelRatio || 1;
        if (!this.trace || box.width === 0) return;
        this.width = box.width - 2;
        const height = this.layout();
        this.canvas.style.height = `${height + 2}px`;
        this.canvas.width = Math.round(this.width * ratio);
        this.canvas.height = Math.round(height * ratio);
        const style = getComputedStyle(document.documentElement);
        this.colour = (name) => style.getPropertyValue(`--${name}`).trim();
        const pen = this.canvas.getContext('2d');
        pen.scale(ratio, ratio);
        pen.fillStyle = this.colour('paper');
        pen.fillRect(0, 0, this.width, height);
        pen.textBaseline = 'middle';
        this.drawAxis(pen, height);
        for (const row of this.rows) {
            this.drawName(pen, row);
            pen.save();
            pen.beginPath();
            pen.rect(this.gutter, 0, this.width - this.gutter, height);
            pen.clip();
            if (row.kind === 'marks') this.drawMarks(pen, row);
            else this.drawLane(pen, row);
            pen.restore();
        }
        this.drawHolds(pen);
        this.drawCursor(pen, height);
    }

    drawAxis(pen, height) {
        const scale = AXES[this.axis], step = roundStep(Math.max(1 / scale, (this.until - this.from) / ((this.width - this.gutter) / 110)));
        pen.font = '11px system-ui, "DejaVu Sans", sans-serif';
        for (let at = Math.ceil(this.from / step) * step; at <= this.until; at += step) {
            const x = this.x(at), text = formatPs(at * scale, 6);
            pen.fillStyle = this.colour('line');
            pen.fillRect(x, 18, 1, height - 18);
            pen.fillStyle = this.colour('soft');
            pen.textAlign = x < this.gutter + 30 ? 'left' : x > this.width - 40 ? 'right' : 'center';
            pen.fillText(text, x, 9);
        }
    }

    drawName(pen, row) {
        pen.font = '12px system-ui, "DejaVu Sans", sans-serif';
        pen.textAlign = 'left';
        pen.fillStyle = this.colour('ink');
        if (this.gutter) pen.fillText(row.name, 8, row.y + row.height / 2, this.gutter - 14);
        else pen.fillText(row.name, 4, row.y - 11);
    }

    colourOf(row, state) {
        if (state === NOBODY) return 'idle';
        if (row.kind === 'token') return `cpu${state % 8}`;
        return row.kind === 'systemc' ? SYSTEMC_COLOURS[state] : STATE_COLOURS[state];
    }

    sumOf(row, state) {
        if (row.kind === 'cpu') return ['running', 'idle', 'paused'].indexOf(this.trace.states.vcpu[state].sum);
        if (row.kind === 'token') return state === NOBODY ? 1 : 0;
        return [1, 0, 2][state];
    }

    // How much of piece i belongs to which sum.
    shares(row, i) {
        const { lane } = row, [begin, end] = this.bounds(lane, i), state = lane.state[i];
        if (state !== MIXED) {
            const shares = [0, 0, 0];
            shares[this.sumOf(row, state)] = end - begin;
            return shares;
        }
        return this.axis === 'ps' ? lane.mixed[i].slice(0, 3) : lane.mixed[i].slice(3);
    }

    // Pieces that are wide enough are drawn; the others share the columns that they fall into.
    drawLane(pen, row) {
        const { lane } = row, last = this.pieceAt(lane, this.until);
        const columns = new Float64Array(3 * Math.ceil(this.width + 1));
        for (let i = this.pieceAt(lane, this.from); i <= last; i++) {
            const [begin, end] = this.bounds(lane, i);
            const left = this.x(Math.max(begin, this.from)), right = this.x(Math.min(end, this.until));
            if (end <= begin) continue;
            if (right - left < 1.5) {
                const column = 3 * Math.floor(left);
                this.shares(row, i).forEach((share, k) => { columns[column + k] += share; });
            } else if (lane.state[i] === MIXED) {
                this.drawStack(pen, row, left, right - left, this.shares(row, i));
            } else {
                pen.fillStyle = this.colour(this.colourOf(row, lane.state[i]));
                pen.fillRect(left, row.y, right - left, row.height);
            }
        }
        for (let column = 0; column < columns.length; column += 3) {
            const shares = columns.slice(column, column + 3);
            if (shares.some((share) => share > 0)) this.drawStack(pen, row, column / 3, 1, shares);
        }
    }

    drawStack(pen, row, x, width, shares) {
        const whole = shares.reduce((a, b) => a + b, 0);
        let y = row.y + row.height;
        shares.forEach((share, k) => {
            const height = whole > 0 ? share / whole * row.height : 0;
            pen.fillStyle = this.colour(row.kind === 'token' && k === 0 ? 'soft' : SUM_COLOURS[k]);
            y -= height;
            pen.fillRect(x, y, width, height);
        });
    }

    drawMarks(pen, row) {
        const { marks } = this.trace, at = marks[this.axis];
        pen.fillStyle = this.colour('mark');
        at.forEach((when, i) => {
            if (when < this.from || when > this.until) return;
            const raised = marks.level[i] === 1;
            pen.fillRect(this.x(when), row.y + (raised ? 0 : row.height / 2), 1.5, row.height / 2);
        });
    }

    // Whose clock is global time: a stripe over its row, and arrows where it moves, if there are few.
    drawHolds(pen) {
        const { lane } = this.trace.token, first = this.pieceAt(lane, this.from), last = this.pieceAt(lane, this.until);
        const rowOf = (holder) => this.rows.find((row) => row.kind === 'cpu' && row.index === holder);
        if (last - first > (this.width - this.gutter) / 8) return;
        for (let i = first; i <= last; i++) {
            const row = rowOf(lane.state[i]), [begin, end] = this.bounds(lane, i);
            if (!row) continue;
            const left = Math.max(this.gutter, this.x(begin)), right = Math.min(this.width, this.x(end));
            pen.fillStyle = this.colour(`cpu${row.index % 8}`);
            pen.fillRect(left, row.y - 3, Math.max(1, right - left), 3);
            const before = i > 0 ? rowOf(lane.state[i - 1]) || (i > 1 ? rowOf(lane.state[i - 2]) : null) : null;
            if (before && before !== row && begin >= this.from) {
                const down = row.y > before.y, tip = down ? row.y - 3 : row.y + row.height;
                pen.fillRect(left - 0.75, Math.min(tip, before.y + (down ? before.height : 0)), 1.5, Math.abs(tip - before.y - (down ? before.height : 0)));
                pen.beginPath();
                pen.moveTo(left, tip);
                pen.lineTo(left - 4, tip + (down ? -7 : 7));
                pen.lineTo(left + 4, tip + (down ? -7 : 7));
                pen.fill();
            }
        }
    }

    drawCursor(pen, height) {
        if (this.cursor === null || this.cursor < this.from || this.cursor > this.until) return;
        pen.fillStyle = this.colour('focus');
        pen.fillRect(this.x(this.cursor), 18, 1, height - 18);
    }

    // --- what is at the cursor, in words

    stateText(row, i) {
        const state = row.lane.state[i];
        if (state === MIXED) {
            const shares = this.shares(row, i), whole = shares.reduce((a, b) => a + b, 0);
            return row.kind === 'token' ? 'several' : ['running', 'idle', 'paused'].map((word, k) => [word, shares[k]])
                .filter(([, share]) => share > 0).map(([word, share]) => `${word} ${formatShare(share, whole)}`).join(', ');
        }
        if (row.kind === 'token') return state === NOBODY ? 'nobody' : this.nameOf(state);
        return row.kind === 'systemc' ? this.trace.states.systemc[state] : this.trace.states.vcpu[state].text;
    }

    nameOf(index) {
        const cpu = this.trace.vcpus.find((each) => each.index === index);
        return cpu ? shortName(cpu.name) : `vCPU ${index}`;
    }

    tell() {
        if (this.cursor === null) return;
        const what = this.rows.filter((row) => row.lane).map((row) => `${row.name}: ${this.stateText(row, this.pieceAt(row.lane, this.cursor))}`);
        this.told.cursor(this.cursor * AXES[this.axis], what);
        this.draw();
    }

    // --- input

    listen() {
        const { canvas } = this;
        canvas.addEventListener('wheel', (event) => {
            event.preventDefault();
            if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.pan((event.deltaX || event.deltaY) / 1000);
            else this.zoom(Math.exp(event.deltaY * 0.002), this.at(event.offsetX));
        }, { passive: false });
        canvas.addEventListener('pointerdown', (event) => {
            canvas.setPointerCapture(event.pointerId);
            this.pointers.set(event.pointerId, event.offsetX);
        });
        canvas.addEventListener('pointermove', (event) => this.moved(event));
        for (const over of ['pointerup', 'pointercancel']) {
            canvas.addEventListener(over, (event) => this.pointers.delete(event.pointerId));
        }
        canvas.addEventListener('dblclick', (event) => this.zoom(0.25, this.at(event.offsetX)));
        canvas.addEventListener('keydown', (event) => {
            const actions = {
                ArrowLeft: () => this.pan(-0.2), ArrowRight: () => this.pan(0.2), '+': () => this.zoom(0.5), '=': () => this.zoom(0.5),
                '-': () => this.zoom(2), 0: () => this.fit(), Home: () => this.show(0, this.until - this.from),
                End: () => this.show(this.end(), this.end() + this.until - this.from), PageUp: () => this.step(-1), PageDown: () => this.step(1),
            };
            if (!actions[event.key] || event.ctrlKey || event.metaKey || event.altKey) return;
            event.preventDefault();
            actions[event.key]();
        });
    }

    // One pointer that is down moves, two zoom.
    moved(event) {
        if (!this.trace) return;
        const before = [...this.pointers.values()];
        this.cursor = Math.min(this.until, Math.max(this.from, this.at(event.offsetX)));
        if (this.pointers.has(event.pointerId)) {
            this.pointers.set(event.pointerId, event.offsetX);
            const now = [...this.pointers.values()];
            if (now.length === 1) {
                this.pan((before[0] - now[0]) / (this.width - this.gutter));
            } else if (now.length === 2) {
                const middle = this.at((before[0] + before[1]) / 2);
                this.zoom(Math.max(1, Math.abs(before[0] - before[1])) / Math.max(1, Math.abs(now[0] - now[1])), middle);
            }
        }
        this.tell();
    }
}
