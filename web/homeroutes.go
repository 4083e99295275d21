package web

import "rosemary/standard"

// homeRoutes are the addresses of the pages about a whole home, and of what belongs to somebody.
func homeRoutes(signedIn func(pattern string, page func(*call) error)) {
	signedIn("GET /home", (*call).overviewPage)
	signedIn("GET /home/trends", (*call).trends)
	signedIn("GET /home/trends/incidents", (*call).trendList)
	signedIn("GET /home/evidence", (*call).evidence)
	signedIn("GET /home/evidence/records", (*call).evidenceList)
	signedIn("GET /home/audit", (*call).audit)
	signedIn("GET /home/audit.csv", (*call).auditFile)
	signedIn("GET /home/infection", (*call).outbreaks)
	signedIn("GET /home/{figure}", (*call).overviewList)
	signedIn("GET /fire-roll", (*call).fireRoll)
	signedIn("GET /people/{stream}/print", (*call).papersOf)
	signedIn("GET /people/{stream}/print/{paper}", (*call).paper)
	signedIn("GET /people/{stream}/belongings", shownTo("Money and belongings", (*call).belongings, standard.ClassRoleMoney, standard.ClassRolePropertyList))
}
