#!/usr/bin/env node
"use strict";
require("../dist/cli/visual.js").main();
