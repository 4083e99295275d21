package web

import (
	"net/http"
	"strings"

	"rosemary/access"
	"rosemary/standard"
)

// routes are the addresses of all pages.
func (s *server) routes() *http.ServeMux {
	mux := http.NewServeMux()
	everybody := func(pattern string, page func(*call) error) { mux.Handle(pattern, s.open(page)) }
	s.posters = map[string]func(*call) error{}
	signedIn := func(pattern string, page func(*call) error) {
		mux.Handle(pattern, s.closed(page))
		s.posters[pattern] = page
	}

	everybody("GET /sign-in", (*call).signIn)
	everybody("POST /sign-in", (*call).proveSignIn)
	everybody("POST /sign-out", (*call).signOut)

	letInRoutes(everybody, signedIn)
	languageRoutes(everybody, signedIn)
	signedIn("GET /{$}", (*call).home)
	homeRoutes(signedIn)
	signedIn("GET /search", (*call).search)
	signedIn("GET /people", (*call).people)
	signedIn("GET /people/new", (*call).newPerson)
	signedIn("POST /people/new", (*call).registerPerson)
	signedIn("GET /people/{stream}", (*call).showPerson)
	signedIn("GET /people/{stream}/records", (*call).records)
	signedIn("GET /people/{stream}/search", (*call).searchPerson)
	signedIn("GET /people/{stream}/look-back", (*call).lookBack)
	signedIn("GET /people/{stream}/looked", (*call).looked)
	signedIn("GET /people/{stream}/extract", (*call).newExtract)
	signedIn("POST /people/{stream}/extract", (*call).giveExtract)
	signedIn("GET /people/{stream}/care", shownTo("Care plan", (*call).carePlan, standard.ClassRoleCarePlan, standard.ClassRoleNeed, standard.ClassRoleRisk, standard.ClassRoleGoal, standard.ClassRoleActivity))
	signedIn("GET /people/{stream}/forms", (*call).forms)
	signedIn("GET /people/{stream}/forms/{form}", (*call).fillForm)
	signedIn("POST /people/{stream}/forms/{form}", (*call).writeForm)
	chartRoutes(signedIn)
	signedIn("GET /people/{stream}/photograph", (*call).newPhotograph)
	signedIn("POST /people/{stream}/photograph", (*call).keepPhotograph)
	signedIn("GET /people/{stream}/copy", (*call).ownCopy)
	signedIn("POST /people/{stream}/copy", (*call).sendCopy)
	signedIn("GET /people/{stream}/hospital", (*call).hospital)
	signedIn("POST /people/{stream}/hospital/pack", (*call).givePack)
	medicineRoutes(signedIn)
	signedIn("GET /people/{stream}/new", (*call).choose)
	signedIn("GET /people/{stream}/new/{class}", (*call).newRecord)
	signedIn("POST /people/{stream}/new/{class}", (*call).writeRecord)

	shiftRoutes(signedIn)

	s.outboxPages(everybody, signedIn)

	joinAndDestroyRoutes(signedIn)
	transferRoutes(signedIn)
	clientRoutes(signedIn)
	signedIn("GET /directory", (*call).directory)
	signedIn("GET /directory/new/{class}", (*call).newEntry)
	signedIn("POST /directory/new/{class}", (*call).writeEntry)
	signedIn("GET /directory/{stream}", (*call).showEntry)

	for base, kind := range map[string]standard.Stream{"/people": standard.PersonStream, "/directory": standard.DirectoryStream} {
		record := func(pattern string, page func(*call, standard.Stream) error) {
			method, path, _ := strings.Cut(pattern, " ")
			signedIn(method+" "+base+"/{stream}"+path, func(c *call) error { return page(c, kind) })
		}
		record("GET /records/{record}", (*call).showRecord)
		record("GET /records/{record}/compare", (*call).compare)
		record("GET /records/{record}/change", (*call).changeRecord)
		record("POST /records/{record}/change", (*call).rewriteRecord)
		record("GET /records/{record}/error", (*call).markError)
		record("POST /records/{record}/error", (*call).commitError)
		record("GET /records/{record}/sign", (*call).sign)
		record("POST /records/{record}/sign", (*call).commitSign)
		record("GET /records/{record}/given", (*call).given)
		record("POST /records/{record}/given", (*call).tell)
		record("GET /attachments/{hash}", (*call).showFile)
		record("GET /attachments/{hash}/file", (*call).sendFile)
		for _, size := range []access.PictureSize{access.SmallPicture, access.LargePicture} {
			record("GET /attachments/{hash}/"+string(size), func(c *call, kind standard.Stream) error { return c.sendPicture(kind, size) })
		}
		record("GET /contributions/{contribution}", (*call).showContribution)
	}
	signedIn("GET /standard", (*call).readStandard)
	signedIn("GET /standard/classes/{class}", (*call).readClass)
	signedIn("GET /standard/forms/{form}", (*call).readForm)
	signedIn("GET /standard/values/{values}", (*call).readValues)
	signedIn("GET /standard/own", (*call).ownForms)
	signedIn("POST /standard/own", (*call).checkOwnForm)
	signedIn("GET /standard/conformance", (*call).conformance)
	signedIn("GET /standard/conformance/{class}", (*call).declared)
	signedIn("GET /standard/conformance/{class}/record", (*call).seeRecord)
	signedIn("/", (*call).notFound)
	return mux
}

// joinAndDestroyRoutes are the addresses of what takes two records together or apart, and of what is destroyed.
func joinAndDestroyRoutes(signedIn func(pattern string, page func(*call) error)) {
	signedIn("GET /people/{stream}/join", (*call).join)
	signedIn("POST /people/{stream}/join", (*call).commitJoin)
	signedIn("GET /people/{stream}/apart/{other}", (*call).apart)
	signedIn("POST /people/{stream}/apart/{other}", (*call).commitApart)
	signedIn("GET /people/{stream}/records/{record}/refile", (*call).refile)
	signedIn("POST /people/{stream}/records/{record}/refile", (*call).commitRefile)
	signedIn("GET /people/{stream}/destroy", (*call).askDestruction)
	signedIn("POST /people/{stream}/destroy", (*call).commitAskDestruction)
	signedIn("GET /destructions", (*call).destructions)
	signedIn("GET /destructions/{destruction}", (*call).destruction)
	signedIn("POST /destructions/{destruction}/approve", (*call).approveDestruction)
	signedIn("POST /destructions/{destruction}/refuse", (*call).refuseDestruction)
}

// letInRoutes are the addresses of those who are let in for a time, and of who lets them in.
func letInRoutes(everybody, signedIn func(pattern string, page func(*call) error)) {
	everybody("GET /pass", (*call).redeem)
	everybody("POST /pass", (*call).proveRedeem)
	signedIn("GET /pass/password", (*call).comeBack)
	signedIn("POST /pass/password", (*call).saveComeBack)
	signedIn("GET /passes", (*call).passes)
	signedIn("GET /passes/new/{role}", (*call).newPass)
	signedIn("POST /passes/new/{role}", (*call).makePass)
	signedIn("POST /passes/end/{account}", (*call).endPass)
	signedIn("GET /emergency", (*call).emergency)
	signedIn("POST /emergency", (*call).breakGlass)
	signedIn("GET /emergencies", (*call).emergencies)
	signedIn("POST /emergencies/{id}", (*call).reviewEmergency)
	signedIn("GET /people/{stream}/own", (*call).own)
}

// home leads to the first page that the reader may see.
func (c *call) home() error {
	if path, ok := c.soleOwn(); ok {
		return c.redirect(path)
	}
	if p := c.session.Principal(); p.Guest() && len(p.LetIn) == 1 && len(p.Places) == 0 { // a visiting nurse, an ambulance crew
		return c.redirect("/people/" + p.LetIn[0].String())
	}
	if c.overseer() {
		return c.redirect("/home")
	}
	if c.session.May(access.ToRecord) {
		return c.redirect("/shift")
	}
	if c.session.May(access.ToRead) {
		return c.redirect("/people")
	}
	return c.redirect("/directory")
}
