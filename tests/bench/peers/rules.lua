-- Two rules: more than 20 addresses in To and Cc; more than 20 different addresses in the parts.

local rspamd_regexp = require "rspamd_regexp"
local LIMIT = 20
local address = rspamd_regexp.create("/[a-z0-9._%+-]{1,64}@[a-z0-9.-]{1,190}\\.[a-z]{2,24}/i")

local function to_and_cc(task)
  local recipients = task:get_recipients("mime")
  return recipients ~= nil and #recipients > LIMIT
end

local function addresses(task)
  local seen, count = {}, 0
  for _, part in ipairs(task:get_parts()) do
    if not part:is_multipart() then
      local text = part:get_text()
      local content = text and text:get_content() or part:get_content()
      for _, found in ipairs(address:search(content) or {}) do
        local key = found:lower()
        if not seen[key] then
          seen[key], count = true, count + 1
        end
      end
    end
  end
  return count > LIMIT
end

rspamd_config:set_metric_symbol({ name = "TO_AND_CC", score = 20 })
rspamd_config:set_metric_symbol({ name = "ADDRESSES", score = 20 })
rspamd_config:register_symbol({ name = "TO_AND_CC", callback = to_and_cc, score = 20 })
rspamd_config:register_symbol({ name = "ADDRESSES", callback = addresses, score = 20 })
