#!/usr/bin/env node
"use strict";
require("../dist/cli/recover.js").main();
