// A photograph is made smaller on the device before it is sent: 12 megapixels to some 2,000 points across, without what the camera wrote into it (where, when, which device), the right way up.
// What the browser cannot draw (HEIC on most) is sent as it is; without script everything is.
const most = 2000

export function smallerPhotographs(root: ParentNode): void {
  for (const input of root.querySelectorAll<HTMLInputElement>('input[type="file"][accept*="image"]')) {
    input.addEventListener('change', () => void shrink(input))
  }
}

// shrink puts smaller pictures in the place of those that were chosen.
async function shrink(input: HTMLInputElement): Promise<void> {
  const chosen = [...(input.files ?? [])]
  const files = await Promise.all(chosen.map(smaller))
  const same = input.files?.length === chosen.length && chosen.every((f, i) => f === input.files?.[i])
  if (!same || files.every((f, i) => f === chosen[i])) return // something else was chosen meanwhile, or nothing can be made smaller
  const carried = new DataTransfer()
  files.forEach((f) => carried.items.add(f))
  input.files = carried.files
  input.dataset['madeSmaller'] = String(files.reduce((n, f) => n + f.size, 0))
}

// smaller draws a picture anew; what cannot be drawn, or is no photograph, stays as it is.
async function smaller(file: File): Promise<File> {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return file
  try {
    const picture = await createImageBitmap(file, { imageOrientation: 'from-image' })
    const scale = Math.min(1, most / Math.max(picture.width, picture.height))
    const canvas = document.createElement('canvas')
    canvas.width = Math.round(picture.width * scale)
    canvas.height = Math.round(picture.height * scale)
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height)
    picture.close()
    const type = file.type === 'image/png' && scale === 1 ? 'image/png' : 'image/jpeg'
    const blob = await new Promise<Blob | null>((done) => canvas.toBlob(done, type, 0.85))
    if (!blob || blob.type !== type) return file
    const name = type === file.type ? file.name : file.name.replace(/\.\w+$/, '') + '.jpg'
    return new File([blob], name, { type })
  } catch {
    return file
  }
}
