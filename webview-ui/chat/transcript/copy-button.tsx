import { useEffect, useState } from "preact/hooks";
import { IconButton } from "../../shared/button";
import { strings } from "../strings";

const copiedMs = 1500;

interface CopyButtonProps {
  text: string;
  copy: (text: string) => Promise<boolean>;
}

export function CopyButton({ text, copy }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) {
      return undefined;
    }
    const timer = setTimeout(() => setCopied(false), copiedMs);
    return () => clearTimeout(timer);
  }, [copied]);
  return (
    <IconButton
      icon={copied ? "check" : "copy"}
      label={copied ? strings.copied() : strings.copyMessage()}
      onClick={() => void copy(text).then(setCopied)}
    />
  );
}
