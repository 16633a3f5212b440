package simulator

// questionKind is how a question is asked and what counts as an answer.
type questionKind string

const (
	askText    questionKind = "text"
	askLong    questionKind = "long"
	askDate    questionKind = "date"
	askSelect  questionKind = "select"
	askRadios  questionKind = "radios"
	askPicture questionKind = "picture"
	askSelfie  questionKind = "selfie" // a picture that the camera can take
)

// question is one field of a hosted page.
type question struct {
	name     string
	label    string
	hint     string
	kind     questionKind
	options  []option
	optional bool
	fill     string // the browser's name for what it may fill in by itself
	// sample is the answer that the simulator gives for a tester in a hurry, and
	// for a picture the asset that stands for it.
	sample string
}

type option struct{ value, label string }

// hostedStep is one page of the check. Its name is Iron's.
type hostedStep struct {
	name, title, lead string
	brief             string // what it is, on the first page
	questions         []question
}

// stepPage finds the page of a step. One that is not known here, as a newer Iron
// may have, asks for a few words, so that no check is ever stuck.
func stepPage(kind CustomerType, name string, withEDD bool) hostedStep {
	pages := personPages
	if kind == Business {
		pages = businessPages
	}
	for _, page := range pages {
		if page.name == name {
			if page.name == "questionnaire" && kind == Person && withEDD {
				page.lead += " Because higher limits apply to you, we also have to ask where your money comes from."
				page.questions = append(append([]question(nil), page.questions...), sourceOfFunds...)
			}
			return page
		}
	}
	return hostedStep{
		name: name, title: "More about you", lead: "We need a little more information.", brief: "A few words",
		questions: []question{{name: "details", label: "Details", kind: askLong, sample: "Nothing to add."}},
	}
}

var personPages = []hostedStep{
	{
		name: "identity", title: "Your identity document", brief: "A photo of your passport, identity card or driving licence",
		lead: "Choose a document that is still valid, and take a photo of the side with your picture.",
		questions: []question{
			{name: "country", label: "Country that issued it", kind: askSelect, options: countries, fill: "country", sample: "DE"},
			{name: "document_type", label: "Kind of document", kind: askRadios, sample: "passport", options: []option{
				{"passport", "Passport"}, {"id_card", "Identity card"}, {"driving_licence", "Driving licence"},
			}},
			{
				name: "document_photo", label: "Photo of the document", kind: askPicture, sample: "sample-document.svg",
				hint: "All four corners visible, no glare. JPEG, PNG or PDF, up to 10 MB.",
			},
		},
	},
	{
		name: "selfie", title: "A picture of you", brief: "A picture of your face, with your camera",
		lead: "We compare it with your document, to make sure that it is really you.",
		questions: []question{
			{
				name: "selfie", label: "Picture of your face", kind: askSelfie, sample: "sample-selfie.svg",
				hint: "Good light, no hat, no sunglasses.",
			},
		},
	},
	{
		name: "proof_of_residence", title: "Where you live", brief: "Your address and a letter that shows it",
		lead: "The letter must bear your name and this address, and be less than three months old.",
		questions: []question{
			{name: "street", label: "Street and number", kind: askText, fill: "address-line1", sample: "Musterstraße 12"},
			{name: "postcode", label: "Postcode", kind: askText, fill: "postal-code", sample: "10115"},
			{name: "city", label: "Town or city", kind: askText, fill: "address-level2", sample: "Berlin"},
			{name: "residence_country", label: "Country", kind: askSelect, options: countries, fill: "country", sample: "DE"},
			{name: "proof_type", label: "What the letter is", kind: askSelect, sample: "utility_bill", options: []option{
				{"utility_bill", "Electricity, gas or water bill"},
				{"bank_statement", "Bank statement"},
				{"tax_letter", "Letter from the tax office"},
				{"registration", "Registration certificate"},
			}},
			{
				name: "proof", label: "Photo or PDF of the letter", kind: askPicture, sample: "sample-paper.svg",
				hint: "The whole page. JPEG, PNG or PDF, up to 10 MB.",
			},
		},
	},
	{
		name: "questionnaire", title: "A few questions", brief: "Five short questions about your work and your plans",
		lead: "The law asks us to know these things about everybody.",
		questions: []question{
			{name: "employment_status", label: "What do you do at present?", kind: askRadios, sample: "Employed", options: []option{
				{"Employed", "I am employed"},
				{"SelfEmployed", "I am self-employed"},
				{"Student", "I study"},
				{"Retired", "I am retired"},
				{"Unemployed", "I am not employed"},
			}},
			{name: "yearly_gross_income", label: "Income in a year, before tax", kind: askSelect, sample: "From40001To50000", options: []option{
				{"LessThan20000", "Up to €20,000"},
				{"From20001To30000", "€20,001 to €30,000"},
				{"From30001To40000", "€30,001 to €40,000"},
				{"From40001To50000", "€40,001 to €50,000"},
				{"From90001To100000", "€50,001 to €100,000"},
				{"MoreThan150000", "More than €100,000"},
			}},
			{name: "source_of_wealth", label: "Where does most of your money come from?", kind: askSelect, sample: "Salary", options: []option{
				{"Salary", "Salary or pension"},
				{"Savings", "Savings"},
				{"Investments", "Investments"},
				{"CryptoTrading", "Trading with crypto-assets"},
				{"Other", "Something else"},
			}},
			{name: "expected_monthly_transaction_volume", label: "How much do you expect to move in a month?", kind: askRadios, sample: "MoreThan500LessThan2000", options: []option{
				{"LessThan500", "Up to €500"}, {"MoreThan500LessThan2000", "€500 to €2,000"}, {"MoreThan2000", "More than €2,000"},
			}},
			{name: "expected_monthly_transaction_count", label: "In how many payments?", kind: askRadios, sample: "LessThan5", options: []option{
				{"LessThan5", "Fewer than 5"}, {"Between5And10", "5 to 10"}, {"MoreThan10", "More than 10"},
			}},
		},
	},
}

// sourceOfFunds is what enhanced due diligence adds to the questionnaire.
var sourceOfFunds = []question{
	{name: "occupation", label: "What is your occupation?", kind: askSelect, sample: "Education", options: []option{
		{"Education", "Education"},
		{"Healthcare", "Healthcare"},
		{"InformationAndTechnology", "Information technology"},
		{"FinancialServices", "Financial services"},
		{"BusinessOwner", "I own a business"},
		{"PublicSector", "Public service"},
		{"Retail", "Retail"},
		{"Other", "Something else"},
	}},
	{name: "approximate_net_worth", label: "What do you own altogether, roughly?", kind: askSelect, sample: "Between50001And100000", options: []option{
		{"UpTo25000", "Up to €25,000"},
		{"Between25001And50000", "€25,001 to €50,000"},
		{"Between50001And100000", "€50,001 to €100,000"},
		{"Between100001And300000", "€100,001 to €300,000"},
		{"Over1000001", "More than €300,000"},
	}},
	{
		name: "source_of_funds", label: "Where does the money for these payments come from?", kind: askLong,
		hint: "A sentence or two: from whom, for what, since when.", sample: "Salary as a teacher, saved over six years.",
	},
	{
		name: "source_of_funds_proof", label: "A paper that shows it", kind: askPicture, sample: "sample-paper.svg",
		hint: "For example three payslips, or the contract of a sale. JPEG, PNG or PDF, up to 10 MB.",
	},
}
