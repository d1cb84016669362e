/**
 * What Discord takes at most. Lengths count UTF-16 units where Discord counts characters: never too much, and simple.
 * Pages are those of https://docs.discord.com/developers as of 2026.
 */
export const limits = {
	/** Components of a message, nested ones included: /components/reference */
	components: 40,
	/** Of all text displays of a message together: /components/reference#text-display, discord-api-docs pull request 8562 */
	text: 4000,
	/** /components/reference#action-row */
	buttonsInRow: 5,
	/** /components/reference#button */
	buttonLabel: 80,
	/** /components/reference#string-select */
	selectOptions: 25,
	placeholder: 150,
	/** /components/reference#string-select-select-option-structure */
	optionLabel: 100,
	/** /components/reference#media-gallery */
	galleryItems: 10,
	/** Alt text of media and attachments: /components/reference#media-gallery, /resources/message#attachment-object */
	description: 1024,
	/** /components/reference#unfurled-media-item */
	mediaUrl: 2048,
	/** Files of a message: /resources/message#create-message */
	files: 10,
	/** Of one file, in a server without boosts and by people without Nitro: /reference#uploading-files */
	fileBytes: 10 * 1024 * 1024,
	/** /interactions/receiving-and-responding#interaction-response-object-modal */
	modalTitle: 45,
	modalComponents: 5,
	/** /components/reference#label */
	fieldLabel: 45,
	/** /components/reference#text-input */
	fieldPlaceholder: 100,
	fieldLength: 4000,
	/** /interactions/application-commands#autocomplete */
	completions: 25,
	completion: 100,
} as const;
