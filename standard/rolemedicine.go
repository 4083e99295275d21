package standard

// What staff give from, what was given, and what is in the cupboard: the roles of classes and elements, and what codes mean.
const (
	ClassRoleStock            = "stock"               // a medicine received, used, returned or counted
	ClassRoleIngredientAmount = "ingredient-amount"   // a block: how much of a substance is in so much of a medicine
	ClassRoleReconciliation   = "reconciliation"      // of the medicines of a list with the orders here
	ClassRoleReconciled       = "reconciled-medicine" // a block: one of them

	RoleIngredient       = "ingredient"
	RoleIngredientAmount = "ingredient-quantity" // how much of an ingredient
	RoleInEach           = "in-each"             // in how much of the medicine
	RoleDoseUpTo         = "dose-up-to"
	RoleVariableDose     = "variable-dose"
	RoleBodySite         = "body-site"
	RoleSide             = "side"
	RoleMinimumInterval  = "minimum-interval"
	RoleMostInADay       = "most-in-a-day"
	RoleWhenToOffer      = "when-to-offer"
	RoleEffectAfter      = "effect-after" // how long after a dose its effect is asked for
	RoleControlledDrug   = "controlled-drug"
	RoleSpecialCare      = "special-care"
	RoleCovert           = "covert"
	RoleGivenBy          = "given-by"
	RolePrescribedBy     = "prescribed-by"
	RoleOrderSource      = "order-source"
	RoleCheckedBy        = "checked-by"
	RoleCheckedAt        = "checked-at"
	RoleReconciled       = "reconciled" // whether a medicine agrees with a list
	RoleDifference       = "difference" // in words, and what was done about it
	RoleStorage          = "storage"
	RoleNote             = "note"
	RoleDecidedUnder     = "decided-under"
	RoleStatedBy         = "stated-by"
	RoleStated           = "stated" // what a list says, in words
	RoleReplaces         = "replaces"
	RoleOverrideReason   = "override-reason" // why something was done in spite of a warning
	RoleOverridden       = "overridden"      // the warning
	RoleNotGivenReason   = "not-given-reason"
	RoleScoreBefore      = "score-before"
	RoleScoreAfter       = "score-after"
	RoleEffectDue        = "effect-due"
	RoleEffectAsked      = "effect-asked"
	RoleEffect           = "effect"
	RoleReadingBefore    = "reading-before"
	RoleWitness          = "witness"
	RoleSecondPerson     = "second-person"
	RoleStockKind        = "stock-kind"
	RoleStockQuantity    = "stock-quantity"
	RoleStockBalance     = "stock-balance"
	RoleStockFromTo      = "stock-from-to"
	RoleStockDose        = "stock-dose" // the dose that it was used for
	RoleBatch            = "batch"
	RoleExpiry           = "expiry"
	RoleDiscrepancy      = "discrepancy"
	RoleOccasion         = "occasion"
	RoleComparedWith     = "compared-with"

	MeansInsulin      = "insulin"
	MeansPatch        = "patch"
	MeansReadingFirst = "reading-first"
	MeansVariableDose = "variable-dose"
	MeansInjected     = "injected"
	MeansStaffGive    = "staff-given"
	MeansSelfGiven    = "self-given" // the person takes it, staff are there
	MeansSelfKept     = "self-kept"  // the person looks after it
	MeansOthersGive   = "given-by-others"
	MeansHomelyRemedy = "homely-remedy"
	MeansCovert       = "covert"
	MeansNotNeeded    = "not-needed"
	MeansWithheld     = "withheld"
	MeansNotAvailable = "not-available"
	MeansStockIn      = "stock-in"
	MeansStockOut     = "stock-out"
	MeansStockGiven   = "stock-given"
	MeansStockCount   = "stock-count"
	MeansSecondDose   = "second-dose" // a warning about a dose, as those below
	MeansTooSoon      = "too-soon"
	MeansTooMuch      = "too-much"
	MeansCannotReckon = "cannot-reckon"
	MeansNotChecked   = "not-checked"
	MeansNotActive    = "not-active"
	MeansAllergy      = "allergy"
	MeansNoWitness    = "no-witness"
	MeansAway         = "away"
	MeansOnAdmission  = "on-admission" // the occasion on which medicines were compared
	MeansAgrees       = "agrees"       // a medicine of a list and an order here, as those below
	MeansDiffers      = "differs"
	MeansMissingHere  = "missing-here"
	MeansNotOnList    = "not-on-list"
	MeansSettled      = "settled"
)

func medicineClassRoles() []string {
	return []string{ClassRoleStock, ClassRoleIngredientAmount, ClassRoleReconciliation, ClassRoleReconciled}
}

func medicineRoles() []string {
	return []string{
		RoleIngredient, RoleIngredientAmount, RoleInEach, RoleDoseUpTo, RoleVariableDose, RoleBodySite, RoleSide, RoleMinimumInterval, RoleMostInADay, RoleWhenToOffer,
		RoleEffectAfter, RoleControlledDrug, RoleSpecialCare, RoleCovert, RoleGivenBy, RolePrescribedBy, RoleOrderSource, RoleCheckedBy, RoleCheckedAt, RoleReconciled,
		RoleDifference, RoleStorage, RoleNote, RoleDecidedUnder, RoleStatedBy, RoleStated, RoleReplaces, RoleOverrideReason, RoleOverridden, RoleNotGivenReason,
		RoleScoreBefore, RoleScoreAfter, RoleEffectDue, RoleEffectAsked, RoleEffect, RoleReadingBefore, RoleWitness, RoleSecondPerson, RoleStockKind, RoleStockQuantity,
		RoleStockBalance, RoleStockFromTo, RoleStockDose, RoleBatch, RoleExpiry, RoleDiscrepancy, RoleOccasion, RoleComparedWith,
	}
}

func medicineMeanings() []string {
	return []string{
		MeansInsulin, MeansPatch, MeansReadingFirst, MeansVariableDose, MeansInjected, MeansStaffGive, MeansSelfGiven, MeansSelfKept, MeansOthersGive, MeansHomelyRemedy,
		MeansCovert, MeansNotNeeded, MeansWithheld, MeansNotAvailable, MeansStockIn, MeansStockOut, MeansStockGiven, MeansStockCount, MeansSecondDose, MeansTooSoon,
		MeansTooMuch, MeansCannotReckon, MeansNotChecked, MeansNotActive, MeansAllergy, MeansNoWitness, MeansAway, MeansOnAdmission, MeansAgrees, MeansDiffers,
		MeansMissingHere, MeansNotOnList, MeansSettled,
	}
}
