package ehr

// Demographic is an IDENTIFIED_ENTITY: *Person, *Organisation or *Device. Elsewhere in the extract it is meant by its Key.
type Demographic interface {
	Part
	Identified() *Entity
}

// Entity is what every IDENTIFIED_ENTITY carries.
type Entity struct {
	Key      ID        // extract_id, 1
	IDs      []ID      // id, 0..*
	Telecoms []Telecom // telecom, 0..*
}

// Person is a PERSON; with Subject it is a SUBJECT_OF_CARE_PERSON_IDENTIFICATION, with Roles an IDENTIFIED_HEALTHCARE_PROFESSIONAL.
type Person struct {
	Entity
	Names     []Name
	Addresses []Address
	Subject   *SubjectDetail
	Roles     []ProfessionalRole
}

// SubjectDetail is what is told of the subject of care alone.
type SubjectDetail struct {
	Gender   Code    // administrativeGenderCode, 1
	Birth    Moment  // birthTime, 1
	Order    int     // birthOrderNumber, 0..1
	Deceased *Moment // deceasedTime, 0..1
}

// ProfessionalRole is a HEALTHCARE_PROFESSIONAL_ROLE.
type ProfessionalRole struct {
	IDs          []ID
	Profession   *Coded
	Specialty    *Coded
	Position     *Coded // position_or_grade
	Organisation *ID    // scopingOrganisation
}

// Organisation is an ORGANISATION.
type Organisation struct {
	Entity
	Code        Coded
	Description string
	Name        string
	Addresses   []Address
}

// Device is a SOFTWARE_OR_DEVICE.
type Device struct {
	Entity
	Code        Coded
	Description string
	Model       string // manufacturerModelName
	Version     string
	Owner       *ID // owningOrganisation
}

// Name is an ENTITY_NAME: parts in the order in which they are said.
type Name struct {
	Use   string // L legal, P preferred ...
	Valid *Interval
	Parts []NamePart
}

// NamePart is one part of a name, such as GIV, FAM, PFX, SFX.
type NamePart struct{ Type, Text string }

// Address is a POSTAL_ADDRESS: lines in order.
type Address struct {
	Use   string
	Valid *Interval
	Parts []AddressPart
}

// AddressPart is one line of an address, such as AL, CTY, ZIP, CNT.
type AddressPart struct{ Type, Text string }

// Telecom is a TELECOM: a URI such as tel: or mailto:.
type Telecom struct {
	URI   string
	Use   string
	Valid *Interval
}

// Identified gives what every identified entity carries.
func (e *Entity) Identified() *Entity { return e }

func (*Person) part()       {}
func (*Organisation) part() {}
func (*Device) part()       {}
