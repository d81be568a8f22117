/** What runs is asked for each second: what changes shows within one. In milliseconds. */
export const soon = 1000;
/** What stands still is looked at again now and then: something may have been started elsewhere. */
export const later = 2500;
