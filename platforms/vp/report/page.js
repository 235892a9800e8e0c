// SPDX-License-Identifier: MIT
// The page: update(data) shows a run. The data are in the page, or come from where data-live says.
'use strict';

const byId = (id) => document.getElementById(id);
const LIVE_EVERY_MS = 1000;
let timeline = null;
const NARROW_PAGE = matchMedia('(max-width: 700px)');
let shownPlatform = '';

function fillFigures({ run, vcpus }, stats) {
    const seconds = run.host_ns / 1e9;
    const rows = [
        ['simulated time', formatPs(run.global_time_ps, 6), 'global_time_ps'],
        ['time of the host', formatPs(run.host_ns * 1000), 'host_ns'],
        ['simulated per real', seconds > 0 ? trim(run.global_time_ps / 1e12 / seconds, 3) : '–', 'speed'],
        ['instructions', formatCount(run.instructions), 'instructions'],
        ['speed of all CPUs', seconds > 0 ? `${trim(run.instructions / 1e6 / seconds, 1)} MIPS` : '–', 'mips'],
        ['CPUs', String(vcpus.length), 'cpus'],
        ['token hand-overs', formatCount(run.token_handovers ?? run.traced_handovers), 'token_handovers'],
    ];
    if (run.max_skew_ps !== undefined) rows.push(['greatest skew', formatPs(run.max_skew_ps, 6), 'max_skew_ps']);
    if (run.max_systemc_lag_ps !== undefined) rows.push(['SystemC’s greatest lag', formatPs(run.max_systemc_lag_ps, 6), 'max_systemc_lag_ps']);
    if (run.quantum_ps !== undefined) rows.push(['quantum', formatPs(run.quantum_ps), 'quantum_ps']);
    if (stats && stats.speed !== undefined) rows.push(['speed that was asked for', String(stats.speed), 'asked_speed']);
    byId('figures').replaceChildren(...rows.map(([name, value, key]) => element('div', {}, element('dt', {}, name),
        element('dd', { 'data-figure': key, 'data-value': String(run[key] ?? '') }, value))));
}

function fillNotice({ run }) {
    const notice = byId('notice');
    notice.hidden = !(run.dropped > 0);
    notice.textContent = run.dropped > 0 ? `${formatCount(run.dropped)} of ${formatCount(run.records + run.dropped)} records were dropped: the figures of this page lack them.` : '';
}

function fillCpus({ vcpus, run }) {
    const length = run.global_time_ps;
    fillTable(byId('cpus'), 'Shares are of simulated time.', [
        ['CPU', (cpu) => shortName(cpu.name)],
        ['instr./s', (cpu) => (cpu.insn_per_second ? formatBig(cpu.insn_per_second) : '–')],
        ['instructions', (cpu) => formatCount(cpu.instructions)],
        ['local time', (cpu) => formatPs(cpu.local_time_ps, 6)],
        ['running', (cpu) => formatShare(cpu.running.ps, length)],
        ['idle', (cpu) => formatShare(cpu.idle.ps, length)],
        ['paused', (cpu) => formatShare(cpu.paused.ps, length)],
        ['paused, of the host’s time', (cpu) => formatShare(cpu.paused.ns, run.host_ns)],
        ['annotated', (cpu) => formatPs(cpu.annotated_ps ?? 0)],
        ['held back', (cpu) => formatCount(cpu.pauses ?? 0)],
        ['token', (cpu) => `${formatCount(cpu.token_holds ?? cpu.token.count)} ×, ${formatShare(cpu.token.ps, length)}`],
        ['greatest skew', (cpu) => formatPs(cpu.max_skew_ps)],
        ['kicks', (cpu) => formatCount(cpu.kicks)],
        ['interrupts taken', (cpu) => formatCount(cpu.interrupts)],
    ], vcpus);
}

function fillCharts(trace) {
    const describe = (h) => (h.count ? `${formatCount(h.count)} samples, at most ${formatPs(h.max)}, ${formatPs(h.sum / h.count)} on average` : 'no samples');
    const histograms = [
        ['Skew', 'a CPU ahead of the slowest active one, at its reports', trace.skew],
        ['Lag of SystemC', 'behind global time when its processes run or a transaction comes', trace.systemc_lag],
        ['Lateness of QEMU’s timers', 'global time after they were due', trace.timer_lateness],
    ];
    byId('histograms').replaceChildren(...histograms.map(([title, note, h]) => {
        const made = figure(title, `${note}; ${describe(h)}`, histogramChart(h, `${title}: ${describe(h)}`));
        made.dataset.max = h.max;
        return made;
    }));
    const { samples } = trace;
    const mips = rates(samples, (i, before) => (samples.instructions[i] - samples.instructions[before]) * 1000);
    const pace = rates(samples, (i, before) => (samples.ps[i] - samples.ps[before]) / 1000);
    byId('speed-section').hidden = mips.length < 2;
    if (mips.length >= 2) {
        byId('speed').replaceChildren(figure('MIPS', 'all CPUs, over the host’s time', curveChart(mips, 'MIPS of all CPUs over the host’s time')),
            figure('Simulated per real time', 'over the host’s time', curveChart(pace, 'Simulated time for each second of the host, over the host’s time')));
    }
}

function fillTargets({ targets }) {
    byId('targets-section').hidden = targets.length === 0;
    fillTable(byId('targets'), 'Time from a CPU’s access to its answer: simulated, and the host’s.', [
        ['target', (target) => shortName(target.name)],
        ['reads', (target) => formatCount(target.reads)],
        ['writes', (target) => formatCount(target.writes)],
        ['bytes', (target) => formatCount(target.bytes)],
        ['simulated, mean', (target) => formatPs(target.sum.ps / (target.reads + target.writes))],
        ['simulated, longest', (target) => formatPs(target.longest.ps)],
        ['host, mean', (target) => formatPs(1000 * target.sum.ns / (target.reads + target.writes))],
        ['host, longest', (target) => formatPs(1000 * target.longest.ns)],
        ['errors', (target) => formatCount(target.errors)],
    ], targets);
}

function fillLines({ lines }) {
    const used = lines.filter((line) => line.raised + line.lowered > 0);
    byId('lines-section').hidden = used.length === 0;
    fillTable(byId('lines'), '', [['line', (line) => shortName(line.name)], ['raised', (line) => formatCount(line.raised)],
        ['lowered', (line) => formatCount(line.lowered)]], used);
}

function fillPlatform(platform) {
    const text = JSON.stringify([platform ?? null, NARROW_PAGE.matches]);
    byId('platform-section').hidden = !platform;
    if (!platform || text === shownPlatform) return;
    shownPlatform = text;
    const diagram = new Diagram(platform, NARROW_PAGE.matches);
    byId('platform').replaceChildren(diagram.draw());
    const rest = diagram.rest.map((module) => `${shortName(module.name)} (${module.type})`);
    byId('platform-rest').textContent = `Solid: transactions. Red: signals. Green: byte streams. Blue boxes are QEMU’s. ${rest.length ? `Bound to nothing: ${rest.join(', ')}.` : ''}`;
}

// The states that there are, and the sums, whose colours stand where the picture is too coarse for more.
function fillLegend({ states, vcpus }) {
    const seen = states.vcpu.map(({ text }, i) => [text, STATE_COLOURS[i], vcpus.some((cpu) => cpu.states[i].ns > 0)]);
    const rows = [...seen.filter(([, , there]) => there), ['paused, for several reasons', 'paused']];
    byId('legend').replaceChildren(...rows.map(([text, colour]) => element('li', {}, element('i', { style: `background: var(--${colour})` }), text)));
}

// Shows a run, or the same run further on.
function update(data) {
    const { trace } = data;
    document.title = `${data.title}: a run in time`;
    byId('title').textContent = data.title;
    byId('subtitle').textContent = trace.run.complete ? 'A run in time' : 'A run in time, still going on';
    byId('about').textContent = `${trace.program}; ${formatCount(trace.run.records)} records. Words and figures: docs/time-model.md, docs/trace.md.`;
    fillFigures(trace, data.stats);
    fillNotice(trace);
    fillLegend(trace);
    timeline.update(trace);
    fillCpus(trace);
    fillCharts(trace);
    fillTargets(trace);
    fillLines(trace);
    fillPlatform(data.platform);
    NARROW_PAGE.onchange = () => fillPlatform(data.platform);
}

async function follow(address) {
    for (;;) {
        try {
            const answer = await fetch(address, { cache: 'no-store' });
            if (answer.ok) {
                const data = await answer.json();
                update(data);
                if (data.trace.run.complete) return;
            }
        } catch (error) {
            byId('subtitle').textContent = 'A run in time';
            byId('notice').hidden = false;
            byId('notice').textContent = 'The simulation does not answer any more: this is what was known last.';
            return;
        }
        await new Promise((resolve) => { setTimeout(resolve, LIVE_EVERY_MS); });
    }
}

function begin() {
    timeline = new Timeline(byId('lanes'), {
        range: (from, until, axis) => {
            byId('range').textContent = `${formatPs(from * AXES[axis], 6)} to ${formatPs(until * AXES[axis], 6)}`;
        },
        cursor: (ps, what) => {
            byId('readout').replaceChildren(element('strong', {}, formatPs(ps, 6)), ` — ${what.join('; ')}`);
        },
    });
    for (const axis of document.querySelectorAll('input[name=axis]')) axis.addEventListener('change', () => timeline.setAxis(axis.value));
    const buttons = { earlier: () => timeline.pan(-0.5), later: () => timeline.pan(0.5), 'zoom-in': () => timeline.zoom(0.5), 'zoom-out': () => timeline.zoom(2), fit: () => timeline.fit() };
    for (const [id, action] of Object.entries(buttons)) byId(id).addEventListener('click', action);
    // Paper is white.
    const printing = (on) => { document.documentElement.classList.toggle('print', on); timeline.draw(); };
    addEventListener('beforeprint', () => printing(true));
    addEventListener('afterprint', () => printing(false));
    const data = JSON.parse(byId('data').textContent);
    const { live } = document.body.dataset;
    if (data) update(data);
    if (live) follow(live);
}

begin();
