package web_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"rosemary/internal/browser"
)

// dark makes the browser ask for dark pages.
func (b *tab) dark(yes bool) {
	b.T.Helper()
	value := "light"
	if yes {
		value = "dark"
	}
	b.Do(chromedp.Func(func(ctx context.Context, t *chromedp.Target) error {
		_, err := cdp.Call(ctx, t, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}}})
		return err
	}))
}

// TestChartsAndTheFloorInABrowser looks at the pages of seniors and nurses at both widths; then at the whole site in the dark, and at a width that is left of a screen at 400 per cent.
func TestChartsAndTheFloorInABrowser(t *testing.T) {
	w := newWorld(t)
	f := w.furnish(t)
	write := func(class, content string) { w.Write("nurse", w.Person, class, content) }
	for _, day := range []string{"13", "14", "15", "16"} {
		write("measurement", `{"when":"2026-03-`+day+`T07:30:00+00:00","airOrOxygen":{"code":"air"},"alertness":{"code":"A"},"reading":[`+
			`{"kind":{"code":"breathing-rate"},"value":{"value":2`+day[1:]+`,"unit":"/min"}},{"kind":{"code":"oxygen-saturation"},"value":{"value":94,"unit":"%"}},`+
			`{"kind":{"code":"systolic"},"value":{"value":118,"unit":"mm[Hg]"}},{"kind":{"code":"diastolic"},"value":{"value":70,"unit":"mm[Hg]"}},`+
			`{"kind":{"code":"pulse"},"value":{"value":96,"unit":"/min"}},{"kind":{"code":"temperature"},"value":{"value":38.2,"unit":"Cel"}}]}`)
		write("intake", `{"when":"2026-03-`+day+`T07:40:00+00:00","kind":{"code":"drink"},"what":"Tea","amountTaken":{"value":2`+day+`,"unit":"mL"}}`)
		write("output", `{"when":"2026-03-`+day+`T07:45:00+00:00","kind":{"code":"stool"},"bristolType":{"code":"4"}}`)
	}
	write("goal", `{"freeText":"Drinks enough","date":"2026-03-10","targetAmount":[{"ofWhat":{"code":"fluid"},"atLeast":{"value":1500,"unit":"mL"},"per":{"code":"d"}}]}`)
	write("body-mark", `{"when":"2026-03-15T09:00:00+00:00","kind":{"code":"pressure-damage"},"bodySite":{"code":"heel"},"side":{"code":"left"},"length":{"value":20,"unit":"mm"},"status":{"code":"new"}}`)
	b := openBrowser(t, w)
	b.signIn(w, "manager")
	base := "/people/" + w.Person.String()
	mine := []struct{ name, path string }{
		{"30-charts", base + "/charts"}, {"30b-fluids", base + "/charts/fluids"}, {"30c-observations", base + "/charts/observations"}, {"30d-bowels", base + "/charts/bowels"},
		{"31-news2", base + "/scores/news2"}, {"31b-news2-new", base + "/scores/news2/new"}, {"31c-pain-new", base + "/scores/abbey-pain/new"},
		{"32-floor", "/floor"}, {"32b-reviews", "/reviews"}, {"33-body", base + "/body"}, {"33b-new-mark", base + "/body/new?site=heel&side=left"},
	}
	for _, page := range mine {
		b.Open(page.path)
		b.look(page.name)
	}
	b.dark(true)
	rec := base + "/records/"
	for _, page := range append(mine, []struct{ name, path string }{
		{"dark-people", "/people"}, {"dark-person", base}, {"dark-record", rec + f.note.String()}, {"dark-compare", rec + f.note.String() + "/compare"}, {"dark-then", base + "?at=" + f.before},
		{"dark-new", base + "/new/medicine-order"}, {"dark-error", rec + f.note.String() + "/error"}, {"dark-form", base + "/forms/incident"},
		{"dark-register", "/people/new"}, {"dark-standard", "/standard/classes/risk"}, {"dark-hospital", base + "/hospital"},
		{"dark-home", "/home"}, {"dark-shift", "/shift"}, {"dark-passes", "/passes"}, {"dark-devices", "/devices"}, {"dark-medicines", base + "/medicines"}, {"dark-chart-of-medicines", base + "/medicines/chart"}, {"dark-round", "/medicines"},
	}...) {
		b.Open(page.path)
		b.Do(chromedp.EmulateViewport(320, 640))
		if wide := browser.Evaluate[int64](b.Tab, "document.documentElement.scrollWidth"); wide > 320 {
			culprit := browser.Evaluate[string](b.Tab, `[...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest(".rm-watermark")).slice(0, 3).map(e => e.tagName + "." + e.className).join(" | ")`)
			t.Errorf("%s at 400 per cent is %d wide: %s", page.name, wide, culprit)
		}
		if on := browser.Evaluate[bool](b.Tab, `(() => { const brand = document.querySelector(".rm-brand").getBoundingClientRect(), name = document.querySelector(".rm-user__name").getBoundingClientRect()
			return name.left < brand.right && name.top < brand.bottom })()`); on {
			t.Errorf("%s at 400 per cent: the name of the reader lies on the name of the program", page.name)
		}
		b.Do(chromedp.EmulateViewport(computer, 844))
		b.axeAt(page.name+", dark", computer)
		b.picture(page.name + "-dark.png")
	}
	b.dark(false)
	b.Open(base + "/body")
	b.Click(`.rm-body a[href*="site=knee"]`)
	if chosen := browser.Evaluate[string](b.Tab, `document.querySelector("#f-bodySite, [name=f-bodySite]").value`); chosen != "Knee" {
		t.Errorf("the part of the body that was touched is not filled in: %q", chosen)
	}
}
