/** The one place above all others: where those who run the deployment hold their role. */
export const platformId = '00000000-0000-7000-8000-000000000001';
