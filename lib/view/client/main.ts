import type { MessageKey } from "../messages/en.js";
import { awaitingView } from "./awaiting.js";
import { changesView } from "./changes.js";
import { completion } from "./completion.js";
import { detailView } from "./detail.js";
import { diagramView } from "./diagram.js";
import { el, fill } from "./dom.js";
import { errorsView } from "./errors.js";
import { filterMenu } from "./filter-menu.js";
import { flameView } from "./flame.js";
import { floatingCalls } from "./floating-calls.js";
import { followView, startFollowing } from "./follow.js";
import { functionsView } from "./functions.js";
import { helpDialog } from "./help.js";
import { currentLanguage, setLanguage, t } from "./i18n.js";
import { markWords, wordsOf } from "./marks.js";
import { type Model, readModel } from "./model.js";
import { omissionsBanner } from "./omissions.js";
import { overview } from "./overview.js";
import { remember, remembered } from "./remember.js";
import { repeatsView } from "./repeats.js";
import { saveMenu } from "./save-menu.js";
import { Search } from "./search.js";
import { searchBar } from "./search-bar.js";
import { shortcut } from "./shortcuts.js";
import { sourceView } from "./source.js";
import { createStore, type Store } from "./store.js";
import { timelineView } from "./timeline.js";
import { treeView } from "./tree.js";
import { FOLLOW } from "./value-tree.js";
import { currentView, VIEWS, type View } from "./views.js";

interface Shown {
  element: HTMLElement;
  show(): void;
}

/** Ink is dark, and browsers print no background. */
function onPaper(store: Store): void {
  const paper = matchMedia("print");
  let onScreen = store.state.theme;
  paper.addEventListener("change", () => {
    if (paper.matches) onScreen = store.state.theme;
    store.set({ theme: paper.matches ? "light" : onScreen });
  });
}

async function start(): Promise<void> {
  const model = await readModel();
  const { meta } = model;
  const prefersLight = meta.theme === "auto" && matchMedia("(prefers-color-scheme: light)").matches;
  const store = createStore({
    view: "overview",
    selected: model.failing[model.failing.length - 1] ?? -1,
    theme: meta.theme === "light" || prefersLight ? "light" : "dark",
    language: remembered("language") ?? meta.language,
  });
  onPaper(store);
  const search = new Search();
  search.run(model, store.state.query);
  const mount = (): void => {
    setLanguage(store.state.language);
    document.documentElement.dataset.theme = store.state.theme;
    mountPage(model, store, search);
  };
  mount();
  store.subscribe((changed) => {
    if (changed.has("language")) {
      remember("language", store.state.language);
      mount();
    }
  });
}

function mountPage(model: Model, store: Store, search: Search): void {
  const tree = treeView(model, store, search);
  const detail = detailView(model, store);
  const lazy = new Map<View, Shown>();
  const make: Record<View, () => Shown> = {
    overview: () => ({ element: overview(model, store), show: () => {} }),
    tree: () => tree,
    timeline: () => timelineView(model, store, search),
    flame: () => flameView(model, store),
    functions: () => functionsView(model, store),
    errors: () => errorsView(model, store),
    source: () => sourceView(model, store),
    changes: () => changesView(model, store),
    repeats: () => repeatsView(model, store),
    awaiting: () => awaitingView(model, store),
    diagram: () => diagramView(model, store),
    follow: () => followView(model, store),
  };
  const viewOf = (name: View): Shown => {
    let shown = lazy.get(name);
    if (shown === undefined) {
      shown = make[name]();
      lazy.set(name, shown);
    }
    return shown;
  };
  const panel = el("div", { id: "panel", role: "tabpanel", tabindex: -1 });
  const tabs = VIEWS.map((name, i) =>
    el(
      "button",
      {
        type: "button",
        role: "tab",
        id: `tab-${name}`,
        "aria-controls": "panel",
        title: `${i + 1}`,
        onclick: () => store.set({ view: name }),
      },
      t(`tab.${name}` as MessageKey),
    ),
  );
  const tabList = el("div", { role: "tablist", class: "tabs", "aria-label": t("app.title") }, ...tabs);
  tabList.addEventListener("keydown", (event) => {
    const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
    if (step === 0) return;
    const at = VIEWS.indexOf(currentView(store));
    store.set({ view: VIEWS[(at + step + VIEWS.length) % VIEWS.length]! });
    tabs[VIEWS.indexOf(currentView(store))]!.focus();
  });
  const floating = floatingCalls(model, store);
  const bar = searchBar(store, search, completion(model), floating.openMatch);
  const filters = filterMenu(model, store);
  const help = helpDialog();
  const theme = el("button", {
    type: "button",
    class: "icon",
    onclick: () => store.set({ theme: store.state.theme === "dark" ? "light" : "dark" }),
  });
  const language = el(
    "select",
    {
      "aria-label": t("language.label"),
      onchange: (event: Event) => store.set({ language: (event.target as HTMLSelectElement).value }),
    },
    el("option", { value: "en", selected: currentLanguage() === "en" }, "English"),
    el("option", { value: "es", selected: currentLanguage() === "es" }, "Español"),
  );
  const app = document.getElementById("app")!;
  fill(
    app,
    el(
      "a",
      {
        class: "skip",
        href: "#panel",
        onclick: (event: Event) => {
          event.preventDefault();
          panel.focus();
        },
      },
      t("app.skip"),
    ),
    el(
      "header",
      { class: "top" },
      el("div", { class: "brand" }, el("h1", {}, t("app.title")), el("span", {}, model.fn(0).name)),
      bar.element,
      filters.element,
      saveMenu(model, store, search),
      language,
      theme,
      el(
        "button",
        {
          type: "button",
          class: "icon",
          "aria-label": t("help.open"),
          title: t("help.open"),
          onclick: () => help.showModal(),
        },
        "?",
      ),
    ),
    el("nav", { "aria-label": t("app.title") }, tabList),
    omissionsBanner(model, store),
    el("div", { class: "body" }, el("main", {}, panel), detail.element),
    floating.element,
    help,
  );

  function showView(): void {
    const name = currentView(store);
    VIEWS.forEach((view, i) => {
      tabs[i]!.setAttribute("aria-selected", String(view === name));
      tabs[i]!.tabIndex = view === name ? 0 : -1;
    });
    panel.setAttribute("aria-labelledby", `tab-${name}`);
    panel.dataset.view = name;
    document.body.dataset.view = name;
    const shown = viewOf(name);
    if (panel.firstChild !== shown.element) panel.replaceChildren(shown.element);
    shown.show();
  }

  function showTheme(): void {
    document.documentElement.dataset.theme = store.state.theme;
    const label = t(store.state.theme === "dark" ? "theme.light" : "theme.dark");
    theme.textContent = store.state.theme === "dark" ? "☀" : "☾";
    theme.setAttribute("aria-label", label);
    theme.title = label;
  }

  app.addEventListener(FOLLOW, (event) => startFollowing(event, model, store));
  const mark = markWords([panel, detail.element, floating.element]);
  const generation = ++generations;
  store.subscribe((changed) => {
    if (generation !== generations) return;
    if (changed.has("theme")) showTheme();
    if (changed.has("query")) {
      search.run(model, store.state.query);
      mark(wordsOf(store.state.query));
    }
    if (changed.has("selected")) detail.show();
    bar.show();
    filters.show();
    showView();
    floating.show();
  });
  document.onkeydown = (event) => shortcut(event, { model, store, bar, floating, help });
  showTheme();
  detail.show();
  bar.show();
  filters.show();
  showView();
  floating.show();
  mark(wordsOf(store.state.query));
}

/** Pages of an earlier language hear no more of changes. */
let generations = 0;

void start();
