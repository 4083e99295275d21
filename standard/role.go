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
	ClassRoleNeed              = "need"
	ClassRoleRisk              = "risk"
	ClassRoleWish              = "wish"
	ClassRoleGoal              = "goal"
	ClassRoleInstruction       = "instruction"
	ClassRoleActivity          = "activity"
	ClassRoleAction            = "action"
	ClassRoleDocument          = "document"
	ClassRoleAttachment        = "attachment"              // a block: a file that is kept beside the record
	ClassRoleSamePerson        = "same-person"             // joins two records that are about one person
	ClassRoleLegalHold         = "legal-hold"              // nothing of the person may be destroyed
	ClassRoleCertificate       = "destruction-certificate" // what was lawfully destroyed, on whose word
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
	RoleAttachmentHash    = "attachment-hash" // of a block with the role attachment, as the five below
	RoleAttachmentType    = "attachment-type"
	RoleAttachmentSize    = "attachment-size"
	RoleAttachmentName    = "attachment-name"
	RoleAttachmentCaption = "attachment-caption"
	RoleAttachmentTaken   = "attachment-taken"
	RolePhotograph        = "photograph" // the document that holds the photograph of a person

	RoleSamePerson           = "same-person" // the record of the same person under another id: the only reference to another person's record
	RoleDifferences          = "differences" // what the two records say differently
	RoleReason               = "reason"
	RoleDestroyedStream      = "destroyed-stream"
	RoleDestroyedCount       = "destroyed-count"  // how many contributions a whole record had
	RoleDestroyedDigest      = "destroyed-digest" // of their hashes
	RoleDestroyedVersion     = "destroyed-version"
	RoleDestroyedHash        = "destroyed-hash"
	RoleDestroyedMoment      = "destroyed-moment"
	RoleDestroyedSensitivity = "destroyed-sensitivity"
	RoleDestructionBasis     = "destruction-basis"
	RoleAskedBy              = "asked-by"
	RoleApprovedBy           = "approved-by"
)

// ClassRoles lists the roles that a class file may give its class.
func ClassRoles() []string {
	return []string{
		ClassRolePerson, ClassRoleAboutMe, ClassRoleAllergy, ClassRoleCPRDecision, ClassRoleDoLS, ClassRoleEatingAndDrinking,
		ClassRoleMovingAndHandling, ClassRoleMedicineOrder, ClassRoleProblem, ClassRoleAlert, ClassRoleCommunicationNeed,
		ClassRolePlacement, ClassRoleWorksWith, ClassRoleOrganisation, ClassRoleWorker, ClassRoleSafeguarding, ClassRoleConsent,
		ClassRoleCapacity, ClassRoleProxy, ClassRoleCarePlan, ClassRoleReview, ClassRoleNeed, ClassRoleRisk, ClassRoleWish, ClassRoleGoal, ClassRoleInstruction,
		ClassRoleActivity, ClassRoleAction, ClassRoleDocument,
		ClassRoleAttachment,
		ClassRoleSamePerson, ClassRoleLegalHold, ClassRoleCertificate,
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
		RoleAttachmentHash, RoleAttachmentType, RoleAttachmentSize, RoleAttachmentName, RoleAttachmentCaption, RoleAttachmentTaken, RolePhotograph,
		RoleSamePerson, RoleDifferences, RoleReason, RoleDestroyedStream, RoleDestroyedCount, RoleDestroyedDigest,
		RoleDestroyedVersion, RoleDestroyedHash, RoleDestroyedMoment, RoleDestroyedSensitivity, RoleDestructionBasis, RoleAskedBy, RoleApprovedBy,
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
	MeansTimeOver  = "time-over"  // it was kept as long as it had to be
	MeansOrdered   = "ordered"    // a court, or somebody with its powers, has ordered it
)

// Meanings lists the meanings that a value set may give a code.
func Meanings() []string {
	return []string{MeansEnded, MeansInForce, MeansRanOut, MeansAtRisk, MeansNoneKnown, MeansNotKnown, MeansNotAsked, MeansTimeOver, MeansOrdered}
}

// Reserved says whether records of the class are written by an action of their own (joining two records, destroying) and by no other door.
func (c *Class) Reserved() bool {
	return c.HasRole(ClassRoleSamePerson) || c.HasRole(ClassRoleCertificate)
}
