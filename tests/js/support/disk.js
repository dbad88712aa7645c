/** What an investigator would find: every value of every database, as text. */

/** @returns {Promise<string>} */
export async function everything() {
  const found = [];
  for (const { name } of await indexedDB.databases()) {
    const db = await answer(indexedDB.open(name));
    for (const part of db.objectStoreNames) {
      const place = db.transaction(part).objectStore(part);
      found.push(...(await answer(place.getAll())), ...(await answer(place.getAllKeys())));
    }
    db.close();
  }
  return JSON.stringify(found, (_key, value) =>
    ArrayBuffer.isView(value) ? Buffer.from(value.buffer).toString("utf8") : value,
  );
}

function answer(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
