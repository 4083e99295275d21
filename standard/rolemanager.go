package standard

// The roles of classes, and below of elements, of what a manager answers for.
const (
	ClassRoleEvacuationPlan = "evacuation-plan"
	ClassRoleTestResult     = "test-result"
	ClassRoleComplaint      = "complaint"
	ClassRolePropertyList   = "property-list"
	ClassRoleMoney          = "money" // held for the person
)

func managerClassRoles() []string {
	return []string{ClassRoleEvacuationPlan, ClassRoleTestResult, ClassRoleComplaint, ClassRolePropertyList, ClassRoleMoney}
}

// How somebody gets out in a fire; what is a sign of an infection; complaints, property and money.
const (
	RoleWayOut           = "way-out"
	RoleWayOutAtNight    = "way-out-at-night"
	RoleHelpersAtNight   = "helpers-at-night"
	RoleHearsAlarm       = "hears-alarm"
	RoleMeetingPoint     = "meeting-point"
	RoleFireRisk         = "fire-risk" // what makes a fire more likely or worse
	RoleLeaving          = "leaving"   // in an emergency, as the plan for ordinary days says it
	RoleOutputKind       = "output-kind"
	RoleStoolType        = "stool-type"
	RoleAcknowledgedOn   = "acknowledged-on"
	RoleOutcome          = "outcome"
	RolePropertyOccasion = "property-occasion"
	RoleSecondSignature  = "second-signature"
	RoleMoneyEntry       = "money-entry"
	RoleAmount           = "amount"            // in pounds
	RoleRegisteredPlaces = "registered-places" // of a home
)

func managerElementRoles() []string {
	return []string{
		RoleWayOut, RoleWayOutAtNight, RoleHelpersAtNight, RoleHearsAlarm, RoleMeetingPoint, RoleFireRisk, RoleLeaving, RoleOutputKind, RoleStoolType, RoleAcknowledgedOn, RoleOutcome,
		RolePropertyOccasion, RoleSecondSignature, RoleMoneyEntry, RoleAmount, RoleRegisteredPlaces,
	}
}

// What codes of theirs mean.
const (
	MeansWithoutHelp  = "without-help" // somebody does it alone
	MeansYes          = "yes"
	MeansMoneyIn      = "money-in"
	MeansMoneyOut     = "money-out"
	MeansMoneyCounted = "money-counted"
)

func managerMeanings() []string {
	return []string{MeansWithoutHelp, MeansYes, MeansMoneyIn, MeansMoneyOut, MeansMoneyCounted}
}
