package standard

import "slices"

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
	ClassRolePlace             = "place" // a room, a floor, a clinic
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
	ClassRoleAttachment        = "attachment"         // a block: a file that is kept beside the record
	ClassRoleTransfer          = "transfer"           // from one place of care to another
	ClassRoleHospitalReturn    = "hospital-return"    // ends a stay in hospital
	ClassRoleSBAR              = "sbar"               // a block: situation, background, assessment, recommendation
	ClassRoleChangedFromUsual  = "changed-from-usual" // a block: how something is now
	ClassRolePersonalContact   = "personal-contact"
	ClassRolePowerOfAttorney   = "power-of-attorney"
	ClassRoleAdvanceRefusal    = "advance-refusal" // of treatment, in advance
	ClassRoleAdvanceStatement  = "advance-statement"
	ClassRoleMentalHealthAct   = "mental-health-act"
	ClassRoleDose              = "dose"
	ClassRoleMedication        = "medication" // what somebody else says is taken
	ClassRoleReadings          = "readings"
	ClassRoleReading           = "reading" // a block
	ClassRoleSkin              = "skin"
	ClassRoleDailyLiving       = "daily-living"
	ClassRoleIntake            = "intake"
	ClassRoleOutput            = "output"
	ClassRoleDevice            = "device"
	ClassRoleDuty              = "duty"                    // a decision that the service has to account for
	ClassRoleSamePerson        = "same-person"             // joins two records that are about one person
	ClassRoleForeign           = "foreign-record"          // of another system, kept whole
	ClassRoleLegalHold         = "legal-hold"              // nothing of the person may be destroyed
	ClassRoleCertificate       = "destruction-certificate" // what was lawfully destroyed, on whose word
	ClassRoleCareCheck         = "care-check"              // a look at the person
	ClassRoleHandoverRead      = "handover-read"
	ClassRoleDailyNote         = "daily-note"
	ClassRoleHandoverNote      = "handover-note"
	ClassRoleIncident          = "incident"
	ClassRoleRatification      = "ratification" // what another system has sent became part of the record
)

// The roles of elements: what the program asks an element for. It never names an element.
const (
	RoleSubject           = "subject"
	RoleEventDate         = "event-date" // a date, or a date and time
	RoleEventTime         = "event-time"
	RoleEventEnd          = "event-end"
	RolePerformer         = "performer"
	RoleLocation          = "location"
	RolePartOf            = "part-of" // of a place: the home, floor or wing that it is in
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
	RoleWhereabouts       = "whereabouts" // tells where the person lives or can be reached: not told outside of somebody whose address is restricted
	RolePhotograph        = "photograph"  // the document that holds the photograph of a person

	// What a hospital is told.
	RoleTransferKind   = "transfer-kind"
	RoleTransferTo     = "transfer-to" // in words
	RoleTakenBy        = "taken-by"
	RoleHandedOverTo   = "handed-over-to"
	RoleBelongings     = "belongings"
	RoleSituation      = "situation"
	RoleBackground     = "background"
	RoleAssessment     = "assessment"
	RoleRecommendation = "recommendation"
	RoleArea           = "area" // a part of daily care, told by its codes
	RoleNow            = "now"
	RoleUsual          = "usual"
	RoleSupport        = "support"
	RoleRelationship   = "relationship"
	RoleContactRole    = "contact-role"
	RoleOrderToCall    = "order-to-call"
	RoleMayBeTold      = "may-be-told"
	RoleTelephone      = "telephone"
	RoleLanguage       = "language"
	RoleInterpreter    = "interpreter"
	RoleMedicine       = "medicine"
	RoleDose           = "dose"
	RoleRoute          = "route"
	RoleDirections     = "directions"
	RoleAsNeeded       = "as-needed"
	RoleTimeOfDay      = "time-of-day"
	RoleTimeCritical   = "time-critical"
	RoleOrderedBy      = "ordered-by" // the order that a dose was given by
	RoleReadingKind    = "reading-kind"
	RoleReadingValue   = "reading-value"
	RoleEarlyWarning   = "early-warning" // a score
	RoleSoftSigns      = "soft-signs"

	// What is planned, and when; what was done of it.
	RoleDayOfWeek        = "day-of-week"
	RoleEvery            = "every" // a number of the units of every-unit, from the beginning on
	RoleEveryUnit        = "every-unit"
	RolePlannedInterval  = "planned-interval" // how often a look was planned when it was made
	RoleWindow           = "window"           // how many minutes early or late will do
	RoleMinutesExpected  = "minutes-expected"
	RoleMeasure          = "measure" // what a task asks to be measured
	RoleCheck            = "check"   // what a task asks to be looked at
	RoleHow              = "how"
	RoleAsItStood        = "as-it-stood"       // names a record in the version that it had then
	RoleDueAt            = "due-at"            // the planned time that something was done for
	RoleRecordedActivity = "recorded-activity" // the planned record that something was done for
	RoleDescription      = "description"
	RoleMinutesTaken     = "minutes-taken"
	RoleMood             = "mood"
	RoleUnplanned        = "unplanned"
	RoleChangesSince     = "changes-since"
	RoleFollows          = "follows"              // the instruction that something was done by
	RoleDeterminedBy     = "determined-by"        // the instruction that something is planned by
	RoleObserved         = "recorded-observation" // what was observed while it was done
	RoleKind             = "kind"                 // of a look at somebody, of what they ate or drank
	RoleWhat             = "what"                 // in words
	RoleAmountOffered    = "amount-offered"
	RoleAmountTaken      = "amount-taken"
	RoleMeal             = "meal"
	RolePartEaten        = "part-eaten"
	RoleFluidTarget      = "fluid-target" // in a day
	RoleFluidLimit       = "fluid-limit"
	RoleUrgency          = "urgency"
	RoleWhatToDo         = "what-to-do"
	RoleForWhom          = "for-whom"
	RoleForShift         = "for-shift"
	RoleForHandover      = "for-handover"
	RoleTopic            = "topic"
	RoleImmediateAction  = "immediate-action"
	RoleConsentFor       = "consent-for"
	RoleSharedWith       = "shared-with" // whom a consent to sharing names
	// What a manager answers for.
	RoleIncidentKind   = "incident-kind"
	RoleHarm           = "harm"
	RoleDutyKind       = "duty-kind"
	RoleThreshold      = "threshold"
	RoleDoneOn         = "done-on"
	RoleAcknowledgedBy = "acknowledged-by"
	RoleCondition      = "condition" // that somebody else has set
	RoleConditionsMet  = "conditions-met"
	RoleNotifiedOn     = "notified-on"  // the regulator was told
	RoleAboutRecord    = "about-record" // which records it is about

	RoleForeignKind      = "foreign-kind" // of a class with the role foreign-record, as the five below
	RoleForeignSystem    = "foreign-system"
	RoleForeignID        = "foreign-id"
	RoleForeignCommitted = "foreign-committed"
	RoleForeignCommitter = "foreign-committer"
	RoleForeignKept      = "foreign-kept"

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
	RoleAuthority            = "authority" // what kind of authority somebody has to act for the person
	RoleApprovedBy           = "approved-by"

	RoleOriginSystem   = "origin-system"   // of records that another system has sent
	RoleOriginProvider = "origin-provider" // what that provider calls itself
	RoleOriginChain    = "origin-chain"    // that system's own contributions, packed
)

// ClassRoles lists the roles that a class file may give its class.
func ClassRoles() []string {
	return slices.Concat(medicineClassRoles(), chartClassRoles(), managerClassRoles(), []string{
		ClassRolePerson, ClassRoleAboutMe, ClassRoleAllergy, ClassRoleCPRDecision, ClassRoleDoLS, ClassRoleEatingAndDrinking,
		ClassRoleMovingAndHandling, ClassRoleMedicineOrder, ClassRoleProblem, ClassRoleAlert, ClassRoleCommunicationNeed,
		ClassRolePlacement, ClassRolePlace, ClassRoleWorksWith, ClassRoleOrganisation, ClassRoleWorker, ClassRoleSafeguarding, ClassRoleConsent,
		ClassRoleCapacity, ClassRoleProxy, ClassRoleCarePlan, ClassRoleReview, ClassRoleNeed, ClassRoleRisk, ClassRoleWish, ClassRoleGoal, ClassRoleInstruction,
		ClassRoleActivity, ClassRoleAction, ClassRoleDocument,
		ClassRoleAttachment,
		ClassRoleTransfer, ClassRoleHospitalReturn, ClassRoleSBAR, ClassRoleChangedFromUsual, ClassRolePersonalContact, ClassRolePowerOfAttorney,
		ClassRoleAdvanceRefusal, ClassRoleAdvanceStatement, ClassRoleMentalHealthAct, ClassRoleDose, ClassRoleMedication, ClassRoleReadings,
		ClassRoleReading, ClassRoleSkin, ClassRoleDailyLiving, ClassRoleIntake, ClassRoleOutput, ClassRoleDevice,
		ClassRoleIncident, ClassRoleDuty, ClassRoleHandoverNote,
		ClassRoleCareCheck, ClassRoleDailyNote, ClassRoleHandoverRead,
		ClassRoleForeign, ClassRoleSamePerson, ClassRoleLegalHold, ClassRoleCertificate, ClassRoleRatification,
	})
}

// ElementRoles lists the roles that a class file may give an element.
func ElementRoles() []string {
	return slices.Concat(medicineRoles(), chartElementRoles(), managerElementRoles(), []string{
		RoleSubject, RoleEventDate, RoleEventTime, RoleEventEnd, RolePerformer, RoleLocation, RolePartOf, RoleGivenName, RoleFamilyName,
		RolePreferredName, RoleBirthDate, RoleDeathDate, RoleGender, RoleNHSNumber, RoleNHSNumberStatus, RoleRestrictedAddress,
		RolePlacedAt, RolePlacedFrom, RolePlacedUntil, RoleRoom, RoleWorksWith, RoleWorksUntil, RoleExcludedViewer, RoleName,
		RoleAllergen, RoleReaction, RoleAllergyStatus, RoleDecision, RoleReviewDue, RoleValidFrom, RoleValidUntil, RoleFoodTexture,
		RoleDrinkThickness, RoleChokingRisk, RoleEquipment, RoleHelpers, RoleAnticoagulant, RoleDiabetes, RoleStatus, RoleStatement,
		RoleAttachmentHash, RoleAttachmentType, RoleAttachmentSize, RoleAttachmentName, RoleAttachmentCaption, RoleAttachmentTaken, RolePhotograph, RoleWhereabouts,
		RoleTransferKind, RoleTransferTo, RoleTakenBy, RoleHandedOverTo, RoleBelongings, RoleSituation, RoleBackground, RoleAssessment, RoleRecommendation,
		RoleArea, RoleNow, RoleUsual, RoleSupport, RoleRelationship, RoleContactRole, RoleOrderToCall, RoleMayBeTold, RoleTelephone,
		RoleLanguage, RoleInterpreter, RoleMedicine, RoleDose, RoleRoute, RoleDirections, RoleAsNeeded, RoleTimeOfDay,
		RoleTimeCritical, RoleOrderedBy, RoleReadingKind, RoleReadingValue, RoleEarlyWarning, RoleSoftSigns,
		RoleDayOfWeek, RoleEvery, RoleEveryUnit, RolePlannedInterval, RoleWindow, RoleMinutesExpected, RoleMeasure, RoleCheck, RoleHow, RoleDueAt, RoleAsItStood, RoleRecordedActivity,
		RoleDescription, RoleMinutesTaken, RoleMood, RoleUnplanned, RoleChangesSince, RoleFollows, RoleDeterminedBy, RoleObserved, RoleKind, RoleWhat, RoleAmountOffered, RoleAmountTaken, RoleMeal, RolePartEaten,
		RoleFluidTarget, RoleFluidLimit, RoleUrgency, RoleWhatToDo, RoleForWhom, RoleForShift, RoleForHandover, RoleTopic,
		RoleImmediateAction, RoleConsentFor, RoleSharedWith,
		RoleIncidentKind, RoleHarm, RoleDutyKind, RoleThreshold, RoleDoneOn, RoleAcknowledgedBy, RoleCondition, RoleConditionsMet, RoleNotifiedOn, RoleAboutRecord,
		RoleForeignKind, RoleForeignSystem, RoleForeignID, RoleForeignCommitted, RoleForeignCommitter, RoleForeignKept,
		RoleSamePerson, RoleDifferences, RoleReason, RoleDestroyedStream, RoleDestroyedCount, RoleDestroyedDigest,
		RoleDestroyedVersion, RoleDestroyedHash, RoleDestroyedMoment, RoleDestroyedSensitivity, RoleDestructionBasis, RoleAskedBy, RoleApprovedBy,
		RoleOriginSystem, RoleOriginProvider, RoleOriginChain, RoleAuthority,
	})
}

// The meanings that a code may have for the program. What no code plainly means, the program does not conclude.
const (
	MeansEnded             = "ended"              // what the record states no longer holds
	MeansInForce           = "in-force"           // what was applied for is authorised
	MeansRanOut            = "ran-out"            // it was authorised, and is no longer
	MeansAtRisk            = "at-risk"            // there is a danger that everybody must know of
	MeansNoneKnown         = "none-known"         // asked, and there is nothing
	MeansNotKnown          = "not-known"          // asked, and nobody could say
	MeansNotAsked          = "not-asked"          // nobody has asked
	MeansAgreed            = "agreed"             // consent was given, or given in part
	MeansWelfare           = "welfare"            // authority over health and welfare
	MeansProperty          = "property-and-money" // authority over property and money alone: none over care
	MeansWoundPhotographs  = "wound-photographs"  // consent is for photographs of wounds and marks
	MeansSharing           = "sharing"            // consent is for sharing information
	MeansTimeOver          = "time-over"          // it was kept as long as it had to be
	MeansOrdered           = "ordered"            // a court, or somebody with its powers, has ordered it
	MeansToHospital        = "to-hospital"        // the person leaves for hospital
	MeansFromHospital      = "from-hospital"      // the person comes back
	MeansGiven             = "given"              // a dose, or a part of it, was taken
	MeansOnHold            = "on-hold"            // what the record states is not to be done for the present
	MeansDone              = "done"               // what was planned was done
	MeansPartlyDone        = "partly-done"        // some of it was
	MeansRefused           = "refused"            // the person did not want it
	MeansModified          = "modified"           // food or drink is not as it comes
	MeansNothingByMouth    = "nothing-by-mouth"   // there is to be none
	MeansNothingHad        = "nothing-had"        // none of it was eaten
	MeansDrink             = "drink"              // what was taken was drunk, as those below
	MeansMeal              = "meal"
	MeansSnack             = "snack"
	MeansByMouth           = "by-mouth"
	MeansMinute            = "minute" // a length of time, as those below
	MeansHour              = "hour"
	MeansDay               = "day"
	MeansWeek              = "week"
	MeansMonth             = "month"
	MeansYear              = "year"
	MeansMonday            = "monday" // a day of the week, as those below
	MeansTuesday           = "tuesday"
	MeansWednesday         = "wednesday"
	MeansThursday          = "thursday"
	MeansFriday            = "friday"
	MeansSaturday          = "saturday"
	MeansSunday            = "sunday"
	MeansAreaEating        = "area-eating" // a part of daily care, as those below
	MeansAreaMoving        = "area-moving"
	MeansAreaContinence    = "area-continence"
	MeansAreaWashing       = "area-washing"
	MeansAreaSkin          = "area-skin"
	MeansAreaMedicines     = "area-medicines"
	MeansAreaCommunication = "area-communication"
	MeansAreaMind          = "area-mind"
	MeansAreaSleep         = "area-sleep"
	MeansAreaPain          = "area-pain"
	MeansAreaInfection     = "area-infection"
	MeansAreaBreathing     = "area-breathing"
)

// Meanings lists the meanings that a value set may give a code.
func Meanings() []string {
	return slices.Concat(medicineMeanings(), managerMeanings(), []string{
		MeansFall, MeansEnded, MeansInForce, MeansRanOut, MeansAtRisk, MeansNoneKnown, MeansNotKnown, MeansNotAsked, MeansAgreed, MeansWoundPhotographs, MeansSharing, MeansTimeOver, MeansOrdered,
		MeansToHospital, MeansFromHospital, MeansGiven, MeansOnHold, MeansDone, MeansPartlyDone, MeansRefused, MeansModified, MeansNothingByMouth, MeansNothingHad, MeansDrink, MeansMeal, MeansSnack, MeansByMouth,
		MeansMinute, MeansHour, MeansDay, MeansWeek, MeansMonth, MeansYear,
		MeansMonday, MeansTuesday, MeansWednesday, MeansThursday, MeansFriday, MeansSaturday, MeansSunday, MeansAreaEating, MeansAreaMoving, MeansAreaContinence, MeansAreaWashing, MeansAreaSkin,
		MeansAreaMedicines, MeansAreaCommunication, MeansAreaMind, MeansAreaSleep, MeansAreaPain, MeansAreaInfection, MeansAreaBreathing,
		MeansWelfare, MeansProperty,
	})
}

// Reserved says whether records of the class are written by an action of their own (joining two records, destroying) and by no other door.
func (c *Class) Reserved() bool {
	return c.HasRole(ClassRoleSamePerson) || c.HasRole(ClassRoleCertificate) || c.HasRole(ClassRoleForeign) || c.HasRole(ClassRoleRatification)
}
