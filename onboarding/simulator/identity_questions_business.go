package simulator

var businessPages = []hostedStep{
	{
		name: "company_data", title: "Your company", brief: "Name, registration number and address",
		lead: "Please enter what the commercial register says.",
		questions: []question{
			{name: "legal_name", label: "Registered name", kind: askText, fill: "organization", sample: "Sample Trading GmbH"},
			{name: "registration_number", label: "Registration number", kind: askText, sample: "HRB 123456"},
			{name: "company_country", label: "Country of registration", kind: askSelect, options: countries, sample: "DE"},
			{name: "registered_on", label: "Registered on", kind: askDate, sample: "2019-04-01"},
			{name: "company_address", label: "Registered address", kind: askLong, fill: "street-address", sample: "Musterstraße 12\n10115 Berlin"},
			{name: "website", label: "Website", kind: askText, fill: "url", sample: "https://sample-trading.example", optional: true},
		},
	},
	{
		name: "company_beneficiaries", title: "Who owns and runs it", brief: "The people behind the company",
		lead: "Name whoever owns a quarter or more. Where nobody does, name a managing director.",
		questions: []question{
			{name: "owner_name", label: "Full name", kind: askText, sample: "Sam Sample"},
			{name: "owner_born", label: "Date of birth", kind: askDate, sample: "1984-05-17"},
			{name: "owner_share", label: "Share in per cent", kind: askText, sample: "60"},
			{name: "owner_role", label: "What they are", kind: askRadios, sample: "owner", options: []option{
				{"owner", "Owner"}, {"director", "Managing director"}, {"both", "Both"},
			}},
			{name: "second_owner_name", label: "Full name of a second person", kind: askText, sample: "Alex Example", optional: true},
			{name: "second_owner_share", label: "Share of the second person in per cent", kind: askText, sample: "40", optional: true},
		},
	},
	{
		name: "company_documents", title: "Company papers", brief: "Extract from the register, articles, list of shareholders",
		lead: "Each as a photo or a PDF, up to 10 MB, not older than three months.",
		questions: []question{
			{name: "certificate_of_incorporation", label: "Extract from the commercial register", kind: askPicture, sample: "sample-paper.svg"},
			{name: "articles_of_association", label: "Articles of association", kind: askPicture, sample: "sample-paper.svg"},
			{name: "shareholders_registry", label: "List of shareholders", kind: askPicture, sample: "sample-paper.svg"},
		},
	},
	{
		name: "questionnaire", title: "What the company does", brief: "Its business and its plans with the account",
		lead: "The law asks us to know these things about every company.",
		questions: []question{
			{name: "industry_type", label: "Line of business", kind: askSelect, sample: "InformationTechnologyAndSoftware", options: []option{
				{"InformationTechnologyAndSoftware", "Information technology"},
				{"EcommerceAndOnlineMarketplaces", "Online trade"},
				{"RetailAndWholesaleTrade", "Retail and wholesale"},
				{"ManufacturingAndIndustrial", "Manufacturing"},
				{"LegalAndProfessionalServices", "Professional services"},
				{"CryptoPaymentProcessors", "Crypto payments"},
				{"Other", "Something else"},
			}},
			{name: "business_model_description", label: "What do you sell, and to whom?", kind: askLong, sample: "Software for small workshops in the European Union, by subscription."},
			{name: "estimated_annual_revenue", label: "Turnover in a year", kind: askSelect, sample: "From100KTo1M", options: []option{
				{"Under100K", "Up to €100,000"},
				{"From100KTo1M", "€100,000 to €1 million"},
				{"From1MTo10M", "€1 to €10 million"},
				{"From10MTo50M", "More than €10 million"},
			}},
			{name: "purpose_and_intended_use", label: "What is the account for?", kind: askSelect, sample: "ReceivingBusinessIncome", options: []option{
				{"ReceivingBusinessIncome", "To be paid by customers"},
				{"BusinessPurchasesAndExpenses", "To pay suppliers"},
				{"EmployeeAndContractorPayouts", "To pay staff and contractors"},
				{"TreasuryManagement", "To manage the company's money"},
				{"Other", "Something else"},
			}},
			{name: "estimated_monthly_volume", label: "How much do you expect to move in a month?", kind: askRadios, sample: "TenToTwentyFiveThousand", options: []option{
				{"TenToTwentyFiveThousand", "Up to €25,000"},
				{"TwentyFiveToFiftyThousand", "€25,000 to €50,000"},
				{"MoreThanFiveHundredThousand", "More than €50,000"},
			}},
			{name: "source_of_funds", label: "Where does the company's money come from?", kind: askLong, sample: "Subscriptions paid by customers; no outside capital."},
		},
	},
}

// countries are enough for a tester, by code of ISO 3166-1.
var countries = []option{
	{"AT", "Austria"},
	{"BE", "Belgium"},
	{"BR", "Brazil"},
	{"CA", "Canada"},
	{"CH", "Switzerland"},
	{"DE", "Germany"},
	{"DK", "Denmark"},
	{"ES", "Spain"},
	{"FR", "France"},
	{"GB", "United Kingdom"},
	{"IE", "Ireland"},
	{"IN", "India"},
	{"IT", "Italy"},
	{"JP", "Japan"},
	{"MX", "Mexico"},
	{"NL", "Netherlands"},
	{"PL", "Poland"},
	{"PT", "Portugal"},
	{"SE", "Sweden"},
	{"US", "United States"},
}
