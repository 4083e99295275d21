package standard

// The roles of classes: what the program asks a class for. It never names a class.
const (
	ClassRolePerson            = "person"
	ClassRoleAboutMe           = "about-me"
	ClassRoleAllergy           = "allergy"
	ClassRoleCPRDecision       = "cpr-decision"
	ClassRoleDoLS              = "dols"
	ClassRoleEatingAndDrinking = "eating-and-drinking"
	ClassRoleMovingAndHandling = "moving-and-handling"
	ClassRoleMedicineOrder     = "medicine-order"
	ClassRoleProblem           = "problem"
	ClassRoleAlert             = "alert"
	ClassRoleCommunicationNeed = "communication-need"
	ClassRolePlacement         = "placement"
	ClassRoleWorksWith         = "works-with"
	ClassRoleOrganisation      = "organisation"
	ClassRoleWorker            = "worker"
	ClassRoleSafeguarding      = "safeguarding"
	ClassRoleConsent           = "consent"
	ClassRoleCapacity          = "capacity"
	ClassRoleProxy             = "proxy"
	ClassRoleCarePlan          = "care-plan"
	ClassRoleReview            = "review"
	ClassRoleDocument          = "document"
)

// The roles of elements: what the program asks an element for. It never names an element.
const (
	RoleSubject           = "subject"
	RoleEventDate         = "event-date" // a date, or a date and time
	RoleEventTime         = "event-time"
	RoleEventEnd          = "event-end"
	RolePerformer         = "performer"
	RoleLocation          = "location"
	RoleGivenName         = "given-name"
	RoleFamilyName        = "family-name"
	RolePreferredName     = "preferred-name"
	RoleBirthDate         = "birth-date"
	RoleDeathDate         = "death-date"
	RoleGender            = "gender"
	RoleNHSNumber         = "nhs-number"
	RoleNHSNumberStatus   = "nhs-number-status"
	RoleRestrictedAddress = "restricted-address"
	RolePlacedAt          = "placed-at"
	RolePlacedFrom        = "placed-from"
	RolePlacedUntil       = "placed-until"
	RoleRoom              = "room"
	RoleWorksWith         = "works-with" // the care worker a person is looked after by
	RoleWorksUntil        = "works-until"
	RoleExcludedViewer    = "excluded-viewer"
	RoleName              = "name" // of an organisation, a place, a document
	RoleAllergen          = "allergen"
	RoleReaction          = "reaction"
	RoleAllergyStatus     = "allergy-status" // none known, and so on
	RoleDecision          = "decision"
	RoleReviewDue         = "review-due"
	RoleValidFrom         = "valid-from"
	RoleValidUntil        = "valid-until"
	RoleFoodTexture       = "food-texture"
	RoleDrinkThickness    = "drink-thickness"
	RoleChokingRisk       = "choking-risk"
	RoleEquipment         = "equipment"
	RoleHelpers           = "helpers"
	RoleAnticoagulant     = "anticoagulant"
	RoleDiabetes          = "diabetes"
	RoleStatus            = "status"
	RoleStatement         = "statement"
)

// ClassRoles lists the roles that a class file may give its class.
func ClassRoles() []string {
	return []string{
		ClassRolePerson, ClassRoleAboutMe, ClassRoleAllergy, ClassRoleCPRDecision, ClassRoleDoLS, ClassRoleEatingAndDrinking,
		ClassRoleMovingAndHandling, ClassRoleMedicineOrder, ClassRoleProblem, ClassRoleAlert, ClassRoleCommunicationNeed,
		ClassRolePlacement, ClassRoleWorksWith, ClassRoleOrganisation, ClassRoleWorker, ClassRoleSafeguarding, ClassRoleConsent,
		ClassRoleCapacity, ClassRoleProxy, ClassRoleCarePlan, ClassRoleReview, ClassRoleDocument,
	}
}

// ElementRoles lists the roles that a class file may give an element.
func ElementRoles() []string {
	return []string{
		RoleSubject, RoleEventDate, RoleEventTime, RoleEventEnd, RolePerformer, RoleLocation, RoleGivenName, RoleFamilyName,
		RolePreferredName, RoleBirthDate, RoleDeathDate, RoleGender, RoleNHSNumber, RoleNHSNumberStatus, RoleRestrictedAddress,
		RolePlacedAt, RolePlacedFrom, RolePlacedUntil, RoleRoom, RoleWorksWith, RoleWorksUntil, RoleExcludedViewer, RoleName,
		RoleAllergen, RoleReaction, RoleAllergyStatus, RoleDecision, RoleReviewDue, RoleValidFrom, RoleValidUntil, RoleFoodTexture,
		RoleDrinkThickness, RoleChokingRisk, RoleEquipment, RoleHelpers, RoleAnticoagulant, RoleDiabetes, RoleStatus, RoleStatement,
	}
}

// The meanings that a code may have for the program. What no code plainly means, the program does not conclude.
const (
	MeansEnded     = "ended"      // what the record states no longer holds
	MeansInForce   = "in-force"   // what was applied for is authorised
	MeansRanOut    = "ran-out"    // it was authorised, and is no longer
	MeansAtRisk    = "at-risk"    // there is a danger that everybody must know of
	MeansNoneKnown = "none-known" // asked, and there is nothing
	MeansNotKnown  = "not-known"  // asked, and nobody could say
	MeansNotAsked  = "not-asked"  // nobody has asked
)

// Meanings lists the meanings that a value set may give a code.
func Meanings() []string {
	return []string{MeansEnded, MeansInForce, MeansRanOut, MeansAtRisk, MeansNoneKnown, MeansNotKnown, MeansNotAsked}
}
