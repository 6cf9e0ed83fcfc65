import { defaultCriteria, defaultJudge, defaultScale, defaultSettings } from "../suite/defaults";
import type { JudgeSettings, Sequence, Suite } from "../suite/suite";

/** A sequence to begin with: three steps of one piece of creative work, each built on the one before. */
export interface SequenceTemplate {
  id: "film" | "literary" | "commercial" | "thriller" | "cross-genre";
  /** One plain sentence. */
  description: string;
  sequence: Sequence;
}

export const sequenceTemplates: readonly SequenceTemplate[] = [
  template("film", "Film", "A feature film: premise, turning point, the frame that stays.", [
    [
      "Premise",
      "Invent a feature film set about twenty years from now in a town that nobody would expect in a film about the future. One everyday thing has become possible that is impossible today, and it has slowly changed what people there dare to promise each other. Give the title, the one change and its price, three main characters with what each wants and hides, and the story in about 400 words. There must be no rebellion against a state, no machine that wakes up, and nobody who was dreaming.",
    ],
    [
      "Turning point",
      "Write the scene of this film in which two of the three characters learn something about each other that cannot be taken back. Use screenplay form, at most three pages. Neither may say outright what they feel, and the change that you invented must be what brings the truth out. End the scene one line earlier than one would expect.",
    ],
    [
      "One frame",
      "Choose the single frame of the film that should be remembered, and describe it for the camera crew: what stands where, the lens and the distance, where the light comes from and what it leaves in the dark, the colours, and what moves although the picture seems still. Then say in three sentences what somebody who has seen the whole film reads in this frame, and somebody who has not could not.",
    ],
  ]),
  template("literary", "Literary", "A novella of three people: outline, conversation, closing image.", [
    [
      "Outline",
      "Outline a novella of today with exactly three characters who share a place of work that literature rarely visits. Each of them is getting through something: one through an illness that cannot be seen, one through a debt, one through a silence that has lasted for years. For each give a past in a few sentences, a habit that betrays them, and what they believe wrongly about the other two. Then give the plot in six steps. The end must change all three, and none of them may be rescued by another.",
    ],
    [
      "Conversation",
      "Write the scene in which the one with the silence talks to one of the others for the first time about something that seems to be of no importance. Between 600 and 900 words, past tense, from close to one person's point of view. The reader should understand what they are really talking about without any sentence that says it, and without tears, trembling hands or held breath.",
    ],
    [
      "Closing image",
      "Write the last paragraph of the novella: one image, at most 150 words, in which something from the outline returns in a changed meaning. Then describe in a second paragraph how the image would look on the cover without giving the ending away.",
    ],
  ]),
  template("commercial", "Commercial", "A one-minute commercial: idea, script, key picture.", [
    [
      "Idea",
      "Find the idea for a commercial of sixty seconds for a savings bank's pension plan. The audience is under thirty-five and has heard every appeal to fear and every joke about growing old. Start from something true about how people imagine their later selves, and say what that is. Describe idea, tone and course in 250 words. No grey-haired couples on beaches, no hourglasses, no seedlings, no narrator who explains.",
    ],
    [
      "Script",
      "Write the commercial as a shooting script in two columns, picture and sound, with a time for every shot; the times must add up to sixty seconds. At most twenty-five words are spoken altogether. Something must happen between second 35 and second 45 that makes one see the beginning differently. The bank's name appears once.",
    ],
    [
      "Key picture",
      "Describe the one picture from the commercial that will hang at bus stops: composition, type and where it stands, light, the expression of anybody in it. It has to work in two seconds and without the film. Write the line of text on it, at most six words, and two lines that you discarded, with the reason.",
    ],
  ]),
  template("thriller", "Regional thriller", "A short thriller in a real region: plot, tense scene, climax.", [
    [
      "Plot",
      "Develop a thriller of fifteen minutes that takes place along one real river which two countries share, in Africa, Asia or South America. Name the river, the countries and the nearest town. Something that is legal on one bank is not on the other. There are three locations, at most five speaking parts and no gunfire. Give the characters with their languages and loyalties, the plot in five steps, and what the audience knows before the main character does.",
    ],
    [
      "Tense scene",
      "Write the scene with the greatest tension. Two people who need each other talk politely, and one of them has already decided. Let the place itself, its customs, food, weather and manners of address, do what a weapon would do elsewhere. Every line of dialogue must be something that could be said in front of a third person. Explain nothing about the region that the people there would not say.",
    ],
    [
      "Climax",
      "Describe the climax as a storyboard of four frames. For each: camera height and angle, who is where, the direction of the light, what is heard, and how long it is held. The decision must be visible in the third frame without words. End with one sentence on what the fourth frame withholds.",
    ],
  ]),
  template("cross-genre", "Cross-genre", "Three genres in one story: concept, dialogue only, concept art.", [
    [
      "Concept",
      "Combine a country-house comedy of manners, hard science fiction and a ghost story into one story in which none of the three is only decoration. Write a synopsis of about 400 words. Then name for each genre the rule that its readers insist on, and show how the story keeps that rule and uses it to break an expectation of another one. Finish with the one scene that could not exist if any of the three were taken away.",
    ],
    [
      "Dialogue only",
      "Write that scene, or one that leads to it, as pure dialogue between two characters: no narration, no stage directions, no names before the lines. One can tell from every line who is speaking. All three genres must be heard, and the two should be talking about dinner for at least the first half.",
    ],
    [
      "Concept art",
      "Describe one place of the story as concept art for a designer: architecture, materials and their wear, light, scale, and the details that belong to one genre at first glance and to another at second. Say which element holds the three together in the picture, what you left out so that it does not look like a collage, and what the ghost does to the light without being seen.",
    ],
  ]),
];

/** A new suite with these sequences and the default criteria; nothing is judged without a judge. */
export function newSuite(
  name: string,
  ids: readonly SequenceTemplate["id"][],
  { models, judgeModel }: { models: readonly string[]; judgeModel?: string | undefined },
): Suite {
  const judge: JudgeSettings | undefined =
    judgeModel === undefined ? undefined : { model: judgeModel, ...defaultJudge };
  return {
    version: 1,
    name,
    description: "",
    models: [...models],
    settings: { ...defaultSettings },
    sequences: sequenceTemplates.filter(({ id }) => ids.includes(id)).map(({ sequence }) => sequence),
    criteria: [...defaultCriteria],
    scale: { ...defaultScale },
    ...(judge && { judge }),
  };
}

function template(
  id: SequenceTemplate["id"],
  name: string,
  description: string,
  prompts: readonly (readonly [name: string, text: string])[],
): SequenceTemplate {
  const sequence = {
    name,
    systemPrompt: "",
    independent: false,
    prompts: prompts.map(([promptName, text]) => ({ name: promptName, text, checks: [] })),
  };
  return { id, description, sequence };
}
