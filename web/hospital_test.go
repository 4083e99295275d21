package web_test

import (
	"bytes"
	"context"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	cdppage "github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"

	"rosemary/internal/browser"
	"rosemary/record"
)

// sendToHospital fills in the form by which somebody goes to hospital.
func sendToHospital(t *testing.T, w *world, v *visitor) *page {
	t.Helper()
	path := "/people/" + w.Person.String() + "/forms/going-to-hospital"
	sent := v.get(path).want(http.StatusOK).says("Situation", "Recommendation").fields(path)
	for name, value := range map[string]string{
		"f-code": "to-hospital-emergency", "f-dateOfTransfer_day": "16", "f-dateOfTransfer_month": "3", "f-dateOfTransfer_year": "2026", "f-dateOfTransfer_time": "07:50",
		"f-sbar-situation": "Found on the floor, right hip hurts.", "f-sbar-recommendation": "X-ray of the hip.",
		"f-transferToInWords": "The General", "f-reasonForTransfer": "Fall, hip pain", "act": "save",
	} {
		sent.Set(name, value)
	}
	return v.post(path, sent).want(http.StatusSeeOther)
}

// TestGoingToHospitalAndBack: a carer sends somebody to hospital at night, gives the pack, and takes them back; the manager sees who was given it.
func TestGoingToHospitalAndBack(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	base := "/people/" + w.Person.String()
	w.Commit("manager", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{
		{Type: record.Create, Path: "/changes/0", Class: "safeguarding-concern", Sensitivity: "confidential", Content: []byte(`{"safeguardingConcerns":"About a member of staff.","date":"2026-03-15","status":{"text":"open"}}`)},
		{Type: record.Create, Path: "/changes/1", Class: "problem", Sensitivity: "normal", Content: []byte(`{"problem":{"text":"Osteoporosis"},"date":"2026-03-15"}`)},
		{Type: record.Create, Path: "/changes/2", Class: "need", Sensitivity: "confidential", Content: []byte(`{"freeText":"Her son must not be told.","date":"2026-03-15"}`)},
	}})
	v := w.as(t, "carer")
	v.get(base).says("Going to hospital").keepsQuiet("In hospital")
	v.follow(sendToHospital(t, w, v)).want(http.StatusOK).says("In hospital since 16 March 2026 at 07:50, The General (Fall, hip pain)", "Back from hospital", "Planned care is paused")
	v.get(base).says("In hospital since 16 March 2026")
	v.get(base + "/care").says("Planned care is paused.")

	v.post(base+"/hospital/pack", url.Values{"as": {"page"}}).want(http.StatusUnprocessableEntity).says("Say who is given the pack", "Say why")
	form := v.get(base + "/hospital").fields(base + "/hospital/pack")
	if got := form.Get("to"); got != "Ambulance crew, to The General" {
		t.Errorf("the pack is meant for %q", got)
	}
	pack := v.post(base+"/hospital/pack", with(form, "as", "page")).want(http.StatusOK)
	pack.says("Hospital transfer pack", "Found on the floor", "X-ray of the hip", "Margaret Whitlock", "999 000 0018", "Penicillin", "Apixaban", "last given: not recorded", "Osteoporosis",
		"The piano, the cat", "Hearing aid", "1 person helps", "Ambulance crew", "Sam Okoro", "Power of attorney: not recorded", "not in any pack")
	pack.keepsQuiet("About a member of staff", "must not be told", "Slept well until six")
	file := v.post(base+"/hospital/pack", with(form, "as", "pdf")).want(http.StatusOK)
	if file.header.Get("Content-Type") != "application/pdf" || !bytes.HasPrefix(file.body, []byte("%PDF-")) {
		t.Errorf("no PDF: %v", file.header)
	}
	keepPicture(t, "pack.pdf", file.body)
	m := w.as(t, "manager")
	m.post(base+"/hospital/pack", with(form, "as", "page")).want(http.StatusOK).says("Osteoporosis").keepsQuiet("About a member of staff", "must not be told")
	m.get(base+"/looked").says("Sam Okoro", "gave the transfer pack for hospital")
	w.as(t, "inspector").get(base + "/hospital").want(http.StatusForbidden)
	w.as(t, "inspector").post(base+"/hospital/pack", form).want(http.StatusForbidden)
	w.as(t, "elm-carer").get(base + "/hospital").want(http.StatusNotFound)
	w.as(t, "elm-carer").post(base+"/hospital/pack", form).want(http.StatusNotFound)

	path := base + "/forms/return-from-hospital"
	back := v.get(path).want(http.StatusOK).says("Medicines", "Skin").fields(path)
	v.post(path, with(back, "act", "save")).want(http.StatusUnprocessableEntity).says("There is a problem")
	for name, value := range map[string]string{
		"f-cameBack_day": "16", "f-cameBack_month": "3", "f-cameBack_year": "2026", "f-cameBack_time": "07:59", "f-medicinesCompared": "yes", "f-skin": "Heels red, blanching.",
		"f-planReviewBy_day": "17", "f-planReviewBy_month": "3", "f-planReviewBy_year": "2026", "f-planReviewBy_time": "08:00", "f-checksAre": "open", "act": "save",
	} {
		back.Set(name, value)
	}
	v.follow(v.post(path, back).want(http.StatusSeeOther)).says("Heels red").keepsQuiet("In hospital since")
	v.get(base).says("Review soon").keepsQuiet("In hospital since")
}

// TestWhoWasGivenThePack: a correction of what was in the pack says who was given it, and one of what was not says nothing.
func TestWhoWasGivenThePack(t *testing.T) {
	w := newWorld(t)
	f := w.furnish(t)
	base := "/people/" + w.Person.String()
	w.as(t, "carer").post(base+"/hospital/pack", url.Values{"to": {"Crew 14"}, "why": {"Fall"}, "as": {"page"}}).want(http.StatusOK).says("Why they are going", "Not recorded")
	m := w.as(t, "manager")
	m.get(base+"/records/"+f.risk.String()+"/given").says("Crew 14", "The transfer pack went to hospital with them")
	note := w.Write("carer", w.Person, "daily-note", `{"when":"2026-03-16T07:30:00+00:00","freeText":"x"}`)
	m.get(base + "/records/" + note.String() + "/given").keepsQuiet("Crew 14")
	m.get(base + "/records/" + f.note.String() + "/given").keepsQuiet("Crew 14")
}

// TestARestrictedAddressStays unless whoever may decide it has ticked so.
func TestARestrictedAddressStays(t *testing.T) {
	w := newWorld(t)
	w.Commit("manager", &record.Proposal{Stream: w.Person, Changes: []record.ProposedChange{{Type: record.Modify, Path: "/changes/0", Record: w.Person, Expected: 1, Description: "Restricted",
		Content: []byte(`{"personName":{"personFirstName":"Margaret","personFamilyName":"Whitlock"},"personIdentification":{"nhsNumber":"9990000018","nhsNumberStatusIndicator":{"code":"01"}},` +
			`"personDemographics":{"dateOfBirth":"1941-03","genderIdentity":{"absent":"not-asked"},"ethnicity":{"absent":"declined"},"sexualOrientation":{"absent":"not-asked"}},` +
			`"address":[{"addressLine1":"4 Hidden Row"}],"gpName":"Dr Hidden","restrictedAddress":true}`)}}})
	base := "/people/" + w.Person.String()
	form := url.Values{"to": {"Crew 14"}, "why": {"Fall"}, "as": {"page"}}
	for _, account := range []string{"carer", "manager"} {
		article := w.as(t, account).post(base+"/hospital/pack", form).want(http.StatusOK).says("must not be told to anybody")
		if text := article.text(); strings.Contains(text, "Hidden Row") || strings.Contains(text, "Dr Hidden") {
			t.Errorf("%s gives the address away: %s", account, text)
		}
	}
	w.as(t, "carer").post(base+"/hospital/pack", with(form, "whereabouts", "yes")).want(http.StatusForbidden)
	w.as(t, "manager").get(base + "/hospital").says("Tell the hospital where they live")
	w.as(t, "manager").post(base+"/hospital/pack", with(form, "whereabouts", "yes")).want(http.StatusOK).says("4 Hidden Row", "Dr Hidden")
}

// keepPicture keeps a file in the folder that ROSEMARY_PICTURES names.
func keepPicture(t *testing.T, name string, content []byte) {
	t.Helper()
	if folder := os.Getenv("ROSEMARY_PICTURES"); folder != "" {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o644); err != nil {
			t.Error(err)
		}
	}
}

// TestHospitalInABrowser looks at the pages of going to hospital, and at the print of the pack.
func TestHospitalInABrowser(t *testing.T) {
	w := newWorld(t)
	w.furnish(t)
	b := openBrowser(t, w)
	b.signIn(w, "carer")
	base := "/people/" + w.Person.String()
	b.Open(base + "/hospital")
	b.look("70-hospital")
	sendToHospital(t, w, w.as(t, "carer"))
	b.Open(base)
	b.look("71-person-in-hospital")
	b.Open(base + "/forms/return-from-hospital")
	b.look("72-return")
	b.Open(base + "/hospital")
	b.look("73-in-hospital")
	b.Click(`button[name="as"][value="page"]`)
	b.look("74-pack")
	keepPicture(t, "pack-print.pdf", b.printed())
	if browser.Evaluate[string](b.Tab, `document.querySelector(".rm-pack h1").innerText`) != "Hospital transfer pack" {
		t.Error("the pack has no heading")
	}
}

// printed is what the page that is open looks like on paper.
func (b *tab) printed() []byte {
	b.T.Helper()
	pdf, err := chromedp.Run(b.Ctx, func(ctx context.Context, t *chromedp.Target) ([]byte, error) {
		r, err := cdp.Call(ctx, t, cdppage.PrintToPDF, cdppage.PrintToPDFParams{PaperWidth: 8.27, PaperHeight: 11.69})
		if err != nil {
			return nil, err
		}
		return r.Data, nil
	})
	if err != nil {
		b.T.Fatal(err)
	}
	return pdf
}
