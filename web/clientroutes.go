package web

// clientRoutes are the addresses where a worker allows an app, and where programs and apps of others are looked after.
func clientRoutes(signedIn func(pattern string, page func(*call) error)) {
	signedIn("GET "+authoriseBase, (*call).authorise)
	signedIn("POST "+authoriseBase, (*call).decideAuthorise)
}
