/** The JSON of a response, whose shape the test goes on to check. */
export const jsonOf = async (response: Response): Promise<any> => response.json();
