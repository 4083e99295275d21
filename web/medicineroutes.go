package web

import "rosemary/standard"

// medicineRoutes are the addresses of the pages of medicines.
func medicineRoutes(signedIn func(pattern string, page func(*call) error)) {
	signedIn("GET /medicines", (*call).medicinesRound)
	signedIn("GET /people/{stream}/medicines", shownTo("Medicines", (*call).medicines, standard.ClassRoleMedicineOrder))
	signedIn("GET /people/{stream}/medicines/give/{slot}", (*call).give)
	signedIn("POST /people/{stream}/medicines/give/{slot}", (*call).saveDose)
	signedIn("GET /people/{stream}/medicines/compare", (*call).compareMedicines)
	signedIn("POST /people/{stream}/medicines/compare", (*call).saveCompare)
	signedIn("GET /people/{stream}/medicines/stock", shownTo("Stock and controlled drugs", (*call).stock, standard.ClassRoleStock))
	signedIn("GET /people/{stream}/medicines/stock/new", (*call).newEntryOfStock)
	signedIn("POST /people/{stream}/medicines/stock/new", (*call).saveEntryOfStock)
	signedIn("GET /people/{stream}/medicines/chart", shownTo("Chart of medicines", (*call).medicineChart, standard.ClassRoleMedicineOrder))
	signedIn("GET /people/{stream}/medicines/effect/{record}", (*call).askEffect)
	signedIn("POST /people/{stream}/medicines/effect/{record}", (*call).saveEffect)
	signedIn("GET /people/{stream}/medicines/check/{record}", (*call).askCheck)
	signedIn("POST /people/{stream}/medicines/check/{record}", (*call).saveCheck)
	signedIn("GET /people/{stream}/medicines/state/{record}", (*call).askState)
	signedIn("POST /people/{stream}/medicines/state/{record}", (*call).saveState)
}
