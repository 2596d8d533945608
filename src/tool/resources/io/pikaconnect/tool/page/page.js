"use strict";

// Replaces what the server has rendered by what it renders now, and draws the charts of status.json.
(() => {
  const EVERY_MS = 2000;
  const HOUR = 3600;
  const LEAST_SPAN = 120;
  const HEIGHT = 130;
  const charts = new Map();
  let history = null;

  const last = list => list[list.length - 1];
  const color = name => getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();

  function short(value) {
    const size = Math.abs(value);
    return size >= 1e9 ? +(value / 1e9).toFixed(1) + "G"
      : size >= 1e6 ? +(value / 1e6).toFixed(1) + "M"
      : size >= 1e4 ? +(value / 1e3).toFixed(1) + "k"
      : +value.toFixed(1) + "";
  }

  function span() {
    const end = last(history.time);
    const first = Math.max(history.time[0], end - HOUR);
    return [Math.min(first, end - LEAST_SPAN), end];
  }

  function clock(seconds, length) {
    return new Date(seconds * 1000).toTimeString().slice(0, length);
  }

  function options(width) {
    const axis = { stroke: color("quiet"), font: "11px system-ui, sans-serif", grid: { stroke: color("grid"), width: 1 }, ticks: { show: false } };
    return {
      width: width,
      height: HEIGHT,
      padding: [8, 24, 0, 0],
      legend: { show: false },
      cursor: { sync: { key: "hour" }, y: false, drag: { x: false, y: false } },
      scales: {
        x: { range: span },
        y: { range: (chart, least, most) => [0, most > 0 ? most * 1.1 : 1] },
      },
      axes: [
        { ...axis, size: 26, gap: 6, space: 75, values: (chart, times) => times.map(time => clock(time, last(times) - times[0] < 600 ? 8 : 5)) },
        { ...axis, size: 42, gap: 4, space: 32, values: (chart, values) => values.map(short) },
      ],
      series: [
        {},
        { stroke: color("blue"), fill: color("fill"), width: 1.5, points: { show: false } },
      ],
    };
  }

  function draw(figure) {
    const values = [history.time, history[figure.dataset.series]];
    const place = figure.querySelector(".chart");
    const chart = charts.get(figure);
    if (chart) {
      chart.setData(values);
    } else if (history.time.length > 0) {
      charts.set(figure, new uPlot(options(place.clientWidth), values, place));
      figure.dataset.drawn = "true";
    }
  }

  function drawAll() {
    document.querySelectorAll("figure[data-series]").forEach(draw);
  }

  function redrawAll() {
    charts.forEach((chart, figure) => {
      chart.destroy();
      delete figure.dataset.drawn;
    });
    charts.clear();
    if (history) {
      drawAll();
    }
  }

  function append(news) {
    if (history === null) {
      history = news;
      return;
    }
    const from = news.time.length > 0 ? last(news.time) - HOUR : -Infinity;
    const old = history.time.findIndex(time => time >= from);
    for (const name of Object.keys(news)) {
      history[name] = history[name].slice(old < 0 ? history[name].length : old).concat(news[name]);
    }
  }

  function replace(text) {
    const fresh = new DOMParser().parseFromString(text, "text/html");
    document.title = fresh.title;
    document.getElementById("verdict").className = fresh.getElementById("verdict").className;
    document.querySelectorAll("[data-live]").forEach(old => {
      const now = fresh.getElementById(old.id);
      if (now !== null && now.innerHTML !== old.innerHTML) {
        old.replaceChildren(...now.childNodes);
      }
    });
  }

  async function get(address) {
    const answer = await fetch(address, { cache: "no-store" });
    if (!answer.ok) {
      throw new Error(answer.status);
    }
    return answer;
  }

  let seen = new Date();

  async function refresh() {
    try {
      const known = history && history.time.length > 0 ? last(history.time) : 0;
      append((await (await get("/status.json?after=" + known)).json()).history);
      replace(await (await get("/")).text());
      drawAll();
      seen = new Date();
      document.getElementById("gone").hidden = true;
    } catch (failure) {
      document.getElementById("gone-since").textContent = seen.toTimeString().slice(0, 8);
      document.getElementById("gone").hidden = false;
    }
    setTimeout(refresh, EVERY_MS);
  }

  let width = window.innerWidth;
  window.addEventListener("resize", () => {
    if (window.innerWidth !== width) {
      width = window.innerWidth;
      redrawAll();
    }
  });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
  refresh();
})();
