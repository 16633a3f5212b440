// The control room's JSON twin: what testers do by hand, for tests.

/** Asks the control room of a world. Refusals are errors with its own words. */
export class Room {
  #origin;

  /** @param {{control_room: string}} places as the dev command announces them */
  constructor(places) {
    // localhost may mean ::1 first, where nobody listens.
    this.#origin = places.control_room.replace("//localhost", "//127.0.0.1");
  }

  async #ask(method, path, body) {
    const answer = await fetch(this.#origin + path, {
      method,
      headers: { Accept: "application/json", ...(body && { "Content-Type": "application/json" }) },
      body: body && JSON.stringify(body),
    });
    const said = await answer.json();
    if (!answer.ok) throw new Error(`control room: ${method} ${path}: ${answer.status} ${said.error}`);
    return said;
  }

  scenarios = async () => (await this.#ask("GET", "/control/scenarios")).scenarios;
  customers = async () => (await this.#ask("GET", "/control/customers")).customers;
  customer = (id) => this.#ask("GET", `/control/customers/${id}`);

  /** Makes a customer in a scenario; answers with {customer_id, link: {url}, customer}. */
  build = (scenario, fields = {}) => this.#ask("POST", `/control/scenarios/${scenario}`, { then: "link", ...fields });

  /** Makes a customer who has just been created. */
  create = (fields = {}) => this.#ask("POST", "/control/customers", { then: "link", ...fields });

  /** A further one-time link, through the partner API. */
  link = async (id, fields = {}) => (await this.#ask("POST", `/control/customers/${id}/link`, fields)).url;

  /** Pulls a lever; answers with the customer as it is then. */
  pull = (id, lever, fields = {}) => this.#ask("POST", `/control/customers/${id}/${lever}`, fields);

  clock = (fields) => this.#ask("POST", "/control/clock", fields);
  fault = (fields) => this.#ask("POST", "/control/faults", fields);
  clearFaults = () => this.#ask("POST", "/control/faults/clear", {});
  reset = () => this.#ask("POST", "/control/reset", {});
  settings = (fields) => this.#ask("POST", "/control/settings", fields);

  /** What Iron's API was asked for this customer, oldest first. */
  log = async (id) => (await this.#ask("GET", `/control/log?customer=${id}`)).log;
}
