package web

// managerPages are the pages about a whole home, and those about what belongs to somebody.
func managerPages() map[string]any {
	return map[string]any{
		"fireroll": fireRollPage{}, "outbreak": outbreakPage{}, "trends": trendsPage{}, "belongings": belongingsPage{}, "audit": auditPage{}, "evidence": evidencePage{}, "papers": papersPage{}, "paper": paperPage{},
	}
}

// managerNeedsPerson names those of them that are always about a person.
func managerNeedsPerson(template string) bool {
	return template == "belongings" || template == "papers" || template == "paper"
}
