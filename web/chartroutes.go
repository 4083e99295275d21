package web

import "rosemary/standard"

// chartRoutes are the addresses of what happened over time: the timeline, charts, scores, the body and the pages about everybody that seniors and nurses work with.
func chartRoutes(signedIn func(pattern string, page func(*call) error)) {
	signedIn("GET /floor", (*call).floor)
	signedIn("GET /reviews", (*call).reviews)
	signedIn("GET /people/{stream}/timeline", (*call).timeline)
	signedIn("GET /people/{stream}/charts", (*call).charts)
	signedIn("GET /people/{stream}/charts/{chart}", (*call).chart)
	signedIn("GET /people/{stream}/falls/{record}", (*call).showFall)
	signedIn("POST /people/{stream}/falls/{record}", (*call).planFall)
	signedIn("GET /people/{stream}/falls/{record}/look", (*call).lookAfterFall)
	signedIn("GET /people/{stream}/body", shownTo("Body map", (*call).showBody, standard.ClassRoleBodyMark))
	signedIn("GET /people/{stream}/body/new", (*call).newMark)
	signedIn("GET /people/{stream}/body/{record}", (*call).showMark)
	signedIn("GET /people/{stream}/scores/{score}", (*call).showScore)
	signedIn("GET /people/{stream}/scores/{score}/new", (*call).newScore)
	signedIn("POST /people/{stream}/scores/{score}/new", (*call).takeScore)
}
