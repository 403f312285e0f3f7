"use strict";
/*
 * The table of all machines of report.html: search, filters, order, pages, and
 * one machine in full.  Rows come from the noscript element, as html_table.c
 * writes them.  Text goes into the page as text, never as HTML.
 */
(function () {
	const PAGE = 100;
	const FILTERS = ["status", "batch", "reason"];
	const $ = (id) => document.getElementById(id);
	const count = (n) => n.toLocaleString("en");

	/* An element with properties and children. */
	function make(name, properties, ...children) {
		const e = Object.assign(document.createElement(name), properties);
		e.append(...children);
		return e;
	}

	/* --- the machines ---------------------------------------------- */

	const columns = [];
	const at = {}; /* a column's place by its name */
	const rows = []; /* of fields */
	let words = null; /* of each row, once somebody searches */

	function decode(text) {
		if (!text.includes("&"))
			return text;
		return text.replaceAll("&lt;", "<").replaceAll("&gt;", ">")
			.replaceAll("&quot;", '"').replaceAll("&#39;", "'")
			.replaceAll("&amp;", "&");
	}

	function readColumns(head) {
		const th = /<th scope="col" data-name="(\w+)" data-type="(\w+)"( data-folded)?>([^<]*)/g;
		for (const m of head.matchAll(th)) {
			at[m[1]] = columns.length;
			columns.push({ name: m[1], type: m[2], folded: Boolean(m[3]), label: m[4] });
		}
	}

	function readMachines(text) {
		const parts = text.split("<tbody>\n");
		readColumns(parts[0]);
		const body = parts[1].slice(0, parts[1].lastIndexOf("</tbody>"));
		for (const line of body.split("\n")) {
			if (line === "")
				continue;
			const row = line.slice("<tr><td>".length).split("<td>");
			rows.push(line.includes("&") ? row.map(decode) : row);
		}
	}

	const nameOf = (row) => row[at.fqdn] || row[at.uuid];

	function show(column, value) {
		if (column.type === "time" && value.length === 20)
			return value.slice(0, 10) + " " + value.slice(11, 16);
		return value;
	}

	/* --- which, and in which order --------------------------------- */

	const wish = { q: "", status: "", batch: "", reason: "", sort: "fqdn", page: 0 };
	let order = []; /* all rows by wish.sort */
	let found = []; /* those that fit, in order */
	let printing = false;

	/* pc-9 before pc-10, and 10.0.0.9 before 10.0.0.10; much faster than a
	 * collator. */
	const natural = (text) => text.toLowerCase().replace(/\d+/g, (n) => n.padStart(12, "0"));

	function compareBy(column) {
		const c = at[column];
		const value = column === "fqdn" ? nameOf : (row) => row[c];
		const keys = columns[c].type === "number" ? rows.map((row) => Number(row[c]))
			: rows.map((row) => natural(value(row)));
		return (i, j) => (keys[i] < keys[j] ? -1 : keys[i] > keys[j] ? 1 : i - j);
	}

	/* What has no value is last, whichever way. */
	function sortRows() {
		const down = wish.sort.startsWith("-");
		const column = down ? wish.sort.slice(1) : wish.sort;
		const c = at[column];
		const empty = (i) => column !== "fqdn" && rows[i][c] === "";
		const all = rows.map((row, i) => i);
		const valued = all.filter((i) => !empty(i)).sort(compareBy(column));
		if (down)
			valued.reverse();
		order = valued.concat(all.filter(empty));
	}

	function findRows() {
		const terms = wish.q.toLowerCase().split(/\s+/).filter((t) => t !== "");
		const filters = FILTERS.filter((f) => wish[f] !== "");
		if (terms.length !== 0 && words === null)
			words = rows.map((row) => row.join("\t").toLowerCase());
		found = order.filter((i) =>
			filters.every((f) => (rows[i][at[f]] || "-") === wish[f]) &&
			terms.every((t) => words[i].includes(t)));
	}

	/* --- one machine in full --------------------------------------- */

	/* Cause and remedy stand in the page, with the reason. */
	function remedyOf(row) {
		const code = row[at.reason];
		const li = code === "" ? null
			: document.querySelector(".reason[data-reason=\"" + CSS.escape(code) + "\"]");
		const parts = li === null ? [] : [...li.querySelectorAll(".cause, .remedy")];
		return parts.map((p) => make("p", { className: p.className }, p.textContent));
	}

	function timeLine(row) {
		const times = columns.filter((c) => c.type === "time" && row[at[c.name]] !== "")
			.map((c) => [row[at[c.name]], c])
			.sort((a, b) => (a[0] < b[0] ? -1 : 1));
		return make("ol", { className: "timeline" }, ...times.map(([t, c]) =>
			make("li", {}, make("time", { dateTime: t }, show(c, t)), " " + c.label)));
	}

	function machinePart(row, wide) {
		const list = make("dl", {});
		for (const c of columns)
			if (c.folded && c.type !== "time" && row[at[c.name]] !== "")
				list.append(make("dt", {}, c.label), make("dd", {}, row[at[c.name]]));
		const cell = make("td", { colSpan: wide }, ...remedyOf(row),
			make("div", { className: "parts" }, timeLine(row), list));
		return make("tr", { className: "part" }, cell);
	}

	function toggle(button, tr, row) {
		const open = button.getAttribute("aria-expanded") !== "true";
		button.setAttribute("aria-expanded", String(open));
		if (open)
			tr.after(machinePart(row, tr.cells.length));
		else
			tr.nextElementSibling.remove();
	}

	/* --- the table ------------------------------------------------- */

	const shown = () => columns.filter((c) => !c.folded);
	const body = make("tbody", {});
	const said = make("p", { className: "said" });
	const pageSaid = make("span", {});
	const before = make("button", { type: "button" }, "Previous");
	const after = make("button", { type: "button" }, "Next");
	const search = make("input", { type: "search", id: "search", autocomplete: "off",
		spellcheck: false });
	const selects = {};
	const heads = {};

	function cellOf(column, row) {
		const value = row[at[column.name]];
		if (column.name === "status")
			return make("td", {}, make("span",
				{ className: "chip g-" + value.replaceAll(" ", "-") }, value));
		return make("td", { className: column.type }, show(column, value));
	}

	function rowOf(row) {
		const tr = make("tr", {});
		const button = make("button", { type: "button", className: "open" }, nameOf(row));
		button.setAttribute("aria-expanded", "false");
		button.addEventListener("click", () => toggle(button, tr, row));
		for (const c of shown())
			tr.append(c.name === "fqdn"
				? make("th", { scope: "row" }, button) : cellOf(c, row));
		return tr;
	}

	function drawCount(from, to) {
		const n = found.length;
		said.textContent = n === rows.length ? count(n) + (n === 1 ? " machine" : " machines")
			: count(n) + " of " + count(rows.length) + " machines";
		pageSaid.textContent = n === 0 ? "" : count(from + 1) + "\u2013" + count(to);
		before.disabled = from === 0;
		after.disabled = to >= n;
	}

	function drawRows() {
		const from = printing ? 0 : wish.page * PAGE;
		const to = printing ? found.length : Math.min(found.length, from + PAGE);
		const made = found.slice(from, to).map((i) => rowOf(rows[i]));
		if (made.length === 0)
			made.push(make("tr", {}, make("td",
				{ colSpan: shown().length, className: "none" }, "No machine fits.")));
		body.replaceChildren(...made);
		drawCount(from, to);
	}

	function drawHeads() {
		for (const c of shown()) {
			const up = wish.sort === c.name, down = wish.sort === "-" + c.name;
			heads[c.name].setAttribute("aria-sort",
				up ? "ascending" : down ? "descending" : "none");
		}
	}

	/* The wish is in the address, for bookmarks and for others to see. */
	function keepWish() {
		const p = new URLSearchParams();
		for (const k of ["q", ...FILTERS])
			if (wish[k] !== "")
				p.set(k, wish[k]);
		if (wish.sort !== "fqdn")
			p.set("sort", wish.sort);
		const text = p.toString();
		if (text !== "" || location.hash.includes("="))
			history.replaceState(null, "", text === "" ? "#machines" : "#" + text);
	}

	function change(wanted) {
		const sort = wish.sort;
		Object.assign(wish, { page: 0 }, wanted);
		search.value = wish.q;
		for (const f of FILTERS)
			selects[f].value = wish[f];
		if (sort !== wish.sort || order.length !== rows.length)
			sortRows();
		findRows();
		drawHeads();
		drawRows();
		keepWish();
	}

	function readWish() {
		if (!location.hash.includes("="))
			return {};
		const p = new URLSearchParams(location.hash.slice(1));
		const wanted = { q: p.get("q") || "", sort: p.get("sort") || "fqdn" };
		if (at[wanted.sort.replace(/^-/, "")] === undefined)
			wanted.sort = "fqdn";
		for (const f of FILTERS)
			wanted[f] = p.get(f) || "";
		return wanted;
	}

	/* --- what it is worked with ------------------------------------ */

	function selectOf(name) {
		const n = new Map();
		for (const row of rows) {
			const value = row[at[name]] || "-";
			n.set(value, (n.get(value) || 0) + 1);
		}
		const select = make("select", { id: "filter-" + name }, make("option", { value: "" }, "all"));
		const values = [...n.keys()].sort((a, b) => (natural(a) < natural(b) ? -1 : 1));
		for (const value of values)
			select.append(make("option", { value },
				(value === "-" ? "none" : value) + " (" + count(n.get(value)) + ")"));
		select.addEventListener("change", () => change({ [name]: select.value }));
		selects[name] = select;
		return make("label", {}, columns[at[name]].label, select);
	}

	function headOf(column) {
		const button = make("button", { type: "button" }, column.label);
		button.addEventListener("click", () =>
			change({ sort: wish.sort === column.name ? "-" + column.name : column.name }));
		heads[column.name] = make("th", { scope: "col" }, button);
		return heads[column.name];
	}

	function buildView() {
		const clear = make("button", { type: "button" }, "Clear");
		const keys = make("label", { className: "search" }, "Search", search);
		const table = make("table", {}, make("caption", { className: "hidden" }, "All machines"),
			make("thead", {}, make("tr", {}, ...shown().map(headOf))), body);
		const box = make("div", { className: "scroll", tabIndex: 0 }, table);
		search.placeholder = "name, address, PID, UUID, reason \u2026";
		search.addEventListener("input", () => change({ q: search.value }));
		clear.addEventListener("click", () => change({ q: "", status: "", batch: "", reason: "" }));
		before.addEventListener("click", () => change({ page: wish.page - 1 }));
		after.addEventListener("click", () => change({ page: wish.page + 1 }));
		said.setAttribute("role", "status");
		box.setAttribute("role", "region");
		box.setAttribute("aria-labelledby", "machines-title");
		$("view").append(
			make("div", { className: "tools" }, keys, ...FILTERS.map(selectOf), clear),
			said, box, make("p", { className: "pages" }, before, pageSaid, after));
		$("view").hidden = false;
		$("blocked").remove();
	}

	function goTo(wanted) {
		change(Object.assign({ q: "", status: "", batch: "", reason: "" }, wanted));
		$("machines").scrollIntoView();
		search.focus({ preventScroll: true });
	}

	/* Totals, reasons and batches lead to their machines. */
	function addLinks() {
		const link = (text, wanted) => {
			const button = make("button", { type: "button", className: "link" }, text);
			button.addEventListener("click", () => goTo(wanted));
			return button;
		};
		for (const card of document.querySelectorAll(".card"))
			card.querySelector(".name").replaceChildren(
				link(card.dataset.status, { status: card.dataset.status }));
		for (const li of document.querySelectorAll(".reason")) {
			const wanted = { status: li.dataset.status, reason: li.dataset.reason || "-" };
			li.querySelector("details").before(link("Show in the table", wanted));
		}
		for (const tr of document.querySelectorAll("tr[data-batch]"))
			tr.querySelector("th").replaceChildren(
				link(tr.dataset.batch, { batch: tr.dataset.batch }));
	}

	function onKey(event) {
		if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey ||
		    /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName))
			return;
		event.preventDefault();
		search.focus();
	}

	function print(all) {
		printing = all;
		drawRows();
	}

	const source = document.querySelector("noscript");
	if (source === null)
		return; /* no machine is known yet */
	readMachines(source.textContent);
	buildView();
	addLinks();
	change(readWish());
	if (location.hash.includes("="))
		$("machines").scrollIntoView();
	addEventListener("hashchange", () => {
		if (location.hash.includes("="))
			change(readWish());
	});
	addEventListener("keydown", onKey);
	addEventListener("beforeprint", () => print(true));
	addEventListener("afterprint", () => print(false));
})();
