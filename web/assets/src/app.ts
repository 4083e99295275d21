// What every page runs. Each page works without it; this makes the components of the design system better to use.
import { initAll } from 'nhsuk-frontend'
import { lookAgain } from './parts/again'
import { showLatest } from './parts/charts'
import { keepDrafts } from './parts/drafts'
import { smallerPhotographs } from './parts/photo'
import { openForPrint, printButtons } from './parts/print'
import { quickAnswers } from './parts/quick'
import { guardTyping } from './parts/typing'
import { keepWork } from './parts/waiting'

// The design system's styles and scripts look for these classes to see that scripts run.
document.body.classList.add('js-enabled', 'nhsuk-frontend-supported')

initAll()
quickAnswers(document)
showLatest(document)
guardTyping(document)
keepDrafts(document)
lookAgain(document)
keepWork(document)
smallerPhotographs(document)
printButtons(document)
openForPrint()
