/** Imported first: zod would try `new Function` when a schema is made, which the content security policy reports. */
import * as z from 'zod';

z.config({ jitless: true });
