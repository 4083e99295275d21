package demo

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/go-json-experiment/json"

	"rosemary/internal/browser"
)

// hand touches the pages of a phone, and counts.
type hand struct {
	*browser.Tab
	who     string // who is signed in
	touches int    // fields touched, choices chosen, buttons pressed
	keys    int    // characters typed
	bytes   int64  // of the pages, as they came
	pages   int
}

// openHand opens a browser as wide as a phone.
func openHand(t *testing.T, address string) *hand {
	h := &hand{Tab: browser.Open(t, address)}
	h.Do(chromedp.EmulateViewport(390, 844))
	return h
}

// another opens another browser, and counts on.
func (h *hand) another(address string) *hand {
	next := openHand(h.T, address)
	next.touches, next.keys, next.bytes, next.pages = h.touches, h.keys, h.bytes, h.pages
	return next
}

// goes opens a page as somebody, who signs in where the page asks for it.
func (h *hand) goes(who, path string) {
	h.T.Helper()
	if h.who != "" && h.who != who {
		h.Click(".rm-signout")
	}
	h.Open(path)
	if strings.HasPrefix(browser.Evaluate[string](h.Tab, "location.pathname"), "/sign-in") {
		h.SignIn(who, testPassword)
	}
	h.who = who
	h.came()
}

func (h *hand) came() {
	h.bytes += browser.Evaluate[int64](h.Tab, "performance.getEntriesByType('navigation')[0].transferSize")
	h.pages++
}

// presses presses a button of the form, and waits for the page that comes.
func (h *hand) presses(selector string) {
	h.T.Helper()
	h.touches++
	browser.Evaluate[bool](h.Tab, "(() => { document.querySelector("+quoted(selector)+").scrollIntoView({block: 'center'}); return true })()")
	h.Click(selector)
	h.came()
}

// filled is what came of filling in the fields of a page.
type filled struct {
	Touches int      `json:"touches"`
	Keys    int      `json:"keys"`
	Add     string   `json:"add"`     // a list that needs one more answer first
	Missing []string `json:"missing"` // what the page has no place for
}

// fillIn fills in the fields of the form as a finger does: what is folded is opened, a choice is touched, words are typed. What differs from what is wanted is changed, and
// nothing else.
const fillIn = `((want) => {
	const form = document.getElementById("form"), out = {touches: 0, keys: 0, add: "", missing: []}
	const open = (el) => { for (let d = el.closest("details:not([open])"); d; d = d.parentElement.closest("details:not([open])")) { d.querySelector("summary").click(); out.touches++ } }
	const touch = (el) => { open(el); const at = el.labels && el.labels[0] || el; if (at.getBoundingClientRect().height === 0) { out.missing.push(el.name + " is not to be seen"); return } at.click(); out.touches++ }
	const write = (el, words) => { open(el); if (el.getBoundingClientRect().height === 0) { out.missing.push(el.name + " is not to be seen"); return }
		el.focus(); el.value = words; el.dispatchEvent(new Event("input", {bubbles: true})); el.dispatchEvent(new Event("change", {bubbles: true})); out.touches++; out.keys += words.length }
	for (const [name, wanted] of Object.entries(want).sort()) {
		const all = [...form.querySelectorAll("[name='" + CSS.escape(name) + "']")], el = all[0]
		if (!el) { if (!name.endsWith("_kept")) out.missing.push(name + " = " + wanted); else out.missing.push("kept " + name + " = " + wanted); continue }
		if (name.endsWith("_n")) { if (Number(el.value) < Number(wanted[0])) { out.add = name.slice(0, -2); return out } continue }
		if (el.type === "radio") { const at = all.find(e => e.value === wanted[0]); if (!at) out.missing.push(name + " offers no " + wanted[0]); else if (!at.checked) touch(at) }
		else if (el.type === "checkbox") {
			for (const w of wanted) if (!all.some(e => e.value === w)) out.missing.push(name + " offers no " + w)
			for (const e of all) if (e.checked !== wanted.includes(e.value)) touch(e) }
		else if (el.tagName === "SELECT") { if (el.value === wanted[0]) continue
			if (![...el.options].some(o => o.value === wanted[0])) out.missing.push(name + " offers no " + wanted[0]); else { write(el, wanted[0]); out.keys -= wanted[0].length; out.touches++ } }
		else if (el.value.replaceAll("\r\n", "\n") !== wanted[0]) { if (el.type === "hidden") out.missing.push(name + " is fixed to " + el.value + ", not " + wanted[0]); else write(el, wanted[0]) }
	}
	for (const el of form.elements) if (el.name.startsWith("f-") && !(el.name in want) && ["text", "textarea"].includes(el.type) && el.value !== "" && !el.name.endsWith("_unit")) write(el, "")
	return out
})`

// fills fills in a form until everything that is wanted stands in it, and says what the page has no place for.
func (h *hand) fills(want url.Values) []string {
	h.T.Helper()
	for range 60 {
		out := browser.Evaluate[filled](h.Tab, fillIn+"("+quoted(want)+")")
		h.touches += out.Touches
		h.keys += out.Keys
		if out.Add == "" {
			return out.Missing
		}
		h.presses("button[value='add:" + out.Add + "']")
	}
	h.T.Fatalf("the form never has enough places: %s", h.Words())
	return nil
}

// field is the value of a field that is sent along unseen.
func (h *hand) field(name string) string {
	h.T.Helper()
	return browser.Evaluate[string](h.Tab, fmt.Sprintf("(document.querySelector(%s) || {value: ''}).value", quoted("#form input[type=hidden][name='"+name+"']")))
}

func quoted(v any) string {
	text, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(text)
}
