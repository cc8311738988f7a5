import * as Primitive from '@radix-ui/react-tabs';
import type { ComponentProps } from 'react';

export const Tabs = Primitive.Root;
export const TabsContent = Primitive.Content;

export function TabsList(props: ComponentProps<typeof Primitive.List>) {
  return (
    <Primitive.List className="flex h-10 items-center gap-1 rounded-lg bg-muted p-1" {...props} />
  );
}

export function TabsTrigger(props: ComponentProps<typeof Primitive.Trigger>) {
  return (
    <Primitive.Trigger
      className="flex h-8 items-center gap-2 rounded-md px-4 text-sm font-medium text-muted-foreground data-[state=active]:bg-card data-[state=active]:text-foreground data-[state=active]:shadow-sm"
      {...props}
    />
  );
}
