package web

// clientRoutes are the addresses where a worker allows an app, and where programs and apps of others are looked after.
func clientRoutes(signedIn func(pattern string, page func(*call) error)) {
	signedIn("GET "+authoriseBase, (*call).authorise)
	signedIn("POST "+authoriseBase, (*call).decideAuthorise)
	signedIn("GET /people/{stream}/apps", (*call).apps)
	signedIn("POST /people/{stream}/apps", (*call).startApp)
	signedIn("GET "+programsBase, (*call).programs)
	signedIn("GET "+programsBase+"/new/{kind}", (*call).newProgram)
	signedIn("POST "+programsBase+"/new/{kind}", (*call).registerProgram)
	signedIn("GET "+programsBase+"/revoke/{client}", (*call).revokeProgram)
	signedIn("POST "+programsBase+"/revoke/{client}", (*call).commitRevokeProgram)
	signedIn("GET "+programsBase+"/told/{subscription}", (*call).stopTold)
	signedIn("POST "+programsBase+"/told/{subscription}", (*call).commitStopTold)
	signedIn("GET "+heldBase+"{id}", (*call).held)
	signedIn("POST "+heldBase+"{id}", (*call).ratifyHeld)
	signedIn("POST "+heldBase+"{id}/decline", (*call).declineHeld)
}
